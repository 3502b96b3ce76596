import { beforeEach, expect, test } from "vitest";
import { forgetInvitation, keptInvitation, readToken } from "./link-token.ts";

beforeEach(() => sessionStorage.clear());

test.each([
  ["#token=abc_-1", "abc_-1"],
  ["#other=1&token=abc", "abc"],
  ["#token=", null],
  ["#abc", null],
  ["", null],
])("the token of %s is %s", (hash, token) => {
  expect(readToken(hash)).toBe(token);
});

test("an invitation outlives signing in, until it is accepted", () => {
  expect(keptInvitation("#token=first")).toBe("first");
  expect(keptInvitation("")).toBe("first");
  expect(keptInvitation("#token=second")).toBe("second");
  expect(keptInvitation("")).toBe("second");
  forgetInvitation();
  expect(keptInvitation("")).toBeNull();
});
