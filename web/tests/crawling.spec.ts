// A site is read page by page, and tells how far it is.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "@playwright/test";

import { useDemo } from "./demo.ts";
import { audit, signIn, test } from "./screens.ts";

const demo = useDemo({ SWITCHBOARD_PRIVATE_PAGES: "on" });

/** A web site with these pages. */
function serve(pages: Record<string, string>): Promise<Server> {
  const server = createServer((request, response) => {
    const origin = `http://${request.headers.host}`;
    const page = pages[request.url ?? ""];
    if (request.url === "/sitemap.xml") {
      const urls = Object.keys(pages).map((path) => `<url><loc>${origin}${path}</loc></url>`);
      response.setHeader("content-type", "application/xml").end(`<urlset>${urls.join("")}</urlset>`);
    } else if (page === undefined || page === "") {
      response.writeHead(404).end();
    } else {
      response.setHeader("content-type", "text/html; charset=utf-8").end(page);
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

test("a whole site is taught, read page by page, read again and forgotten", async ({ page }) => {
  const pages: Record<string, string> = {
    "/": "<title>The Mill</title><p>Welcome to the mill.</p>",
    "/tours": "<title>Tours</title><p>Tours of the mill begin at three.</p>",
    "/lost": "",
    "/shop": "<title>Shop</title><p>Flour is sold in bags of five kilograms.</p>",
  };
  const site = await serve(pages);
  const address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  await signIn(page, demo);
  await page.goto(`${demo.dashboard}bots?tab=knowledge`);
  await page.getByRole("button", { name: "Add knowledge" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Whole site").check();
  await dialog.getByLabel("Address of the site").fill(address);
  await dialog.getByLabel("Read again").selectOption("daily");
  await audit(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);

  const item = page.locator(".knowledge > li").filter({ hasText: address }).first();
  await expect(item.getByRole("progressbar")).toBeVisible();
  await audit(page);
  await expect(item).toContainText("4 pages", { timeout: 60_000 });
  await expect(item.getByRole("progressbar")).toHaveCount(0, { timeout: 60_000 });
  await expect(item).toContainText("1 could not be read");
  await expect(item).toContainText("Every day");
  await item.locator("summary").click();
  const listed = item.locator(".knowledge.pages > li");
  await expect(listed).toHaveCount(4);
  await expect(listed.filter({ hasText: "/lost" })).toContainText("there is no such page");
  await expect(listed.filter({ hasText: "/tours" })).toContainText("Tours of the mill begin at three.");
  await audit(page);
  await page.getByRole("searchbox", { name: "Search as a customer" }).fill("When do tours begin?");
  await expect(page.locator(".find-box .found li").first()).toContainText("three");

  // A page that nobody wants stays away, and what the site says anew is learnt.
  await listed.filter({ hasText: "/shop" }).getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("It stays away");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(listed).toHaveCount(3);
  pages["/tours"] = "<title>Tours</title><p>Tours of the mill begin at four.</p>";
  delete pages["/lost"];
  pages["/visit"] = "<title>Visit</title><p>The mill is beside the river.</p>";
  await item.getByRole("button", { name: `Read again: ${address.replace("http://", "")}` }).click();
  await expect(listed.filter({ hasText: "/visit" })).toContainText("beside the river", { timeout: 60_000 });
  await expect(listed.filter({ hasText: "/tours" })).toContainText("four", { timeout: 60_000 });
  await expect(listed).toHaveCount(3);

  await item.getByRole("button", { name: /^Edit: 127/ }).click();
  await dialog.getByLabel("Title").fill("Our mill");
  await dialog.getByLabel("Read again").selectOption("never");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(item).toContainText("Our mill");
  await expect(item).toContainText("Only when asked");
  await item.getByRole("button", { name: "Delete: Our mill" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("Its pages go with it.");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.locator(".knowledge > li").filter({ hasText: address })).toHaveCount(0);
  await page.getByRole("searchbox", { name: "Search as a customer" }).fill("Where is the mill?");
  await expect(page.locator(".find-box")).not.toContainText("river");
  site.close();
});
