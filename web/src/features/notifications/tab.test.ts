import { expect, test } from "vitest";
import { counted } from "./tab.ts";

test("the count stands in front of the title once", () => {
  expect(counted("Inbox · Switchboard", 2)).toBe("(2) Inbox · Switchboard");
  expect(counted("(2) Inbox · Switchboard", 3)).toBe("(3) Inbox · Switchboard");
  expect(counted("(3) Inbox · Switchboard", 0)).toBe("Inbox · Switchboard");
  expect(counted("Inbox", 120)).toBe("(99+) Inbox");
});
