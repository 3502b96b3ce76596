import { describe, expect, test } from "vitest";
import { schemaOf } from "./tool-inputs.ts";
import {
  actionFieldsOf,
  actionValuesOf,
  asksFor,
  choicesAfter,
  choicesOf,
  headersChange,
  hostOf,
  newsOf,
  serverFieldsOf,
  serverValuesOf,
  switched,
  type Tool,
  withMethod,
} from "./tool-values.ts";

const SCHEMA = schemaOf([{ name: "order", kind: "text", about: "", isRequired: true, choices: "" }]);
const HTTP = {
  description: "Finds out how far an order is.",
  method: "GET",
  inputs: SCHEMA,
  fixed: { phone: "+{customer.phone}" },
  timeout_ms: 7500,
  visible: ["/state", "/items/*/name"],
  needs_consent: false,
};
const ACTION = {
  id: "t",
  name: "find_order",
  enabled: false,
  url: "https://shop.example/orders/{order}",
  header_names: ["x-api-key"],
  http: HTTP,
} as unknown as Tool;

const mcpTool = (name: string, more: object = {}) => ({
  name,
  description: name,
  inputs: { type: "object", properties: {} },
  read_only: true,
  enabled: false,
  needs_consent: false,
  ...more,
});
const server = (...tools: object[]) =>
  ({ ...ACTION, http: null, mcp: { timeout_ms: 10_000, listed_at: "", tools } }) as unknown as Tool;

describe("an action", () => {
  test("that is opened and saved is as it was, and its headers are not touched", () => {
    const { name, enabled, url } = ACTION;
    expect(actionFieldsOf(actionValuesOf(ACTION), SCHEMA, ACTION)).toEqual({ name, enabled, url, http: HTTP });
    expect(switched(ACTION, true)).toEqual({ name, enabled: true, url, http: HTTP });
  });

  test("that may change something asks first, unless somebody decides otherwise", () => {
    const fresh = actionValuesOf(null);
    expect(fresh.needsConsent).toBe(false);
    const posts = withMethod(fresh, "POST");
    expect(posts.needsConsent).toBe(true);
    expect(withMethod(posts, "DELETE").needsConsent).toBe(true);
    expect(withMethod(posts, "GET").needsConsent).toBe(false);
    const decided = { ...posts, needsConsent: false, hasDecided: true };
    expect(withMethod(withMethod(decided, "GET"), "POST").needsConsent).toBe(false);
    const stored = { ...ACTION, http: { ...HTTP, needs_consent: true } } as Tool;
    expect(withMethod(withMethod(actionValuesOf(stored), "POST"), "GET").needsConsent).toBe(true);
  });

  test("that sends a phone number along asks for one in a trial", () => {
    expect(asksFor(actionValuesOf(ACTION), "customer.phone")).toBe(true);
    expect(asksFor(actionValuesOf(ACTION), "customer.name")).toBe(false);
  });
});

describe("headers", () => {
  const stored = ["authorization", "x-api-key"];
  const kept = stored.map((name) => ({ name, value: null }));

  test("that all stay are not named", () => {
    expect(headersChange(kept, stored)).toBeUndefined();
    expect(headersChange([], [])).toBeUndefined();
  });

  test("are replaced, added and removed, and the others stay as they are stored", () => {
    expect(headersChange([kept[0] ?? { name: "", value: "" }, { name: "x-api-key", value: "new" }], stored)).toEqual({
      authorization: null,
      "x-api-key": "new",
    });
    expect(headersChange([...kept, { name: " X-Shop ", value: "7" }], stored)).toEqual({
      authorization: null,
      "x-api-key": null,
      "x-shop": "7",
    });
    expect(headersChange(kept.slice(1), stored)).toEqual({ "x-api-key": null });
    expect(headersChange([], stored)).toEqual({});
  });
});

describe("an MCP server", () => {
  test("is saved with what was chosen of its tools", () => {
    const tool = server(mcpTool("find", { enabled: true }));
    const fields = serverFieldsOf(serverValuesOf(tool), choicesOf(tool), tool);
    expect(fields.mcp).toEqual({ timeout_ms: 10_000, tools: { find: { enabled: true, needs_consent: false } } });
    expect(switched(tool, true).mcp).toEqual({ timeout_ms: 10_000 });
  });

  test("that has something new, or something that describes itself otherwise, says so", () => {
    const before = server(mcpTool("find"), mcpTool("book"));
    const after = server(mcpTool("find", { enabled: true }), mcpTool("book", { read_only: false }), mcpTool("new"));
    const news = newsOf(after, before);
    expect([...news]).toEqual(["book", "new"]);
    expect([...newsOf(after, null)]).toEqual([]);
    const on = { enabled: true, needs_consent: true };
    expect(choicesAfter(after, { find: on, book: on, gone: on }, news)).toEqual({
      find: on,
      book: { enabled: false, needs_consent: false },
      new: { enabled: false, needs_consent: false },
    });
  });
});

test("an address is shown in short", () => {
  expect(hostOf("https://shop.example:8443/orders/{order}")).toBe("shop.example:8443");
  expect(hostOf("nowhere")).toBe("nowhere");
});
