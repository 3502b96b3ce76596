import { expect, test } from "vitest";
import { readSignupMessage } from "./embedded-signup.ts";

const finished = JSON.stringify({
  type: "WA_EMBEDDED_SIGNUP",
  event: "FINISH",
  data: { phone_number_id: "1", waba_id: "2", business_id: "3" },
});

test("the dialog's message is read", () => {
  const read = readSignupMessage({ origin: "https://business.facebook.com", data: finished });
  expect(read).toEqual({ event: "FINISH", waba_id: "2", phone_number_id: "1" });
});

test.each([
  ["https://evilfacebook.com", finished],
  ["http://www.facebook.com", finished],
  ["null", finished],
  ["https://www.facebook.com", "not JSON"],
  ["https://www.facebook.com", "null"],
  ["https://www.facebook.com", JSON.stringify({ type: "OTHER", event: "FINISH" })],
  ["https://www.facebook.com", { type: "WA_EMBEDDED_SIGNUP", event: "FINISH" }],
])("anything else is none: %s %j", (origin, data) => {
  expect(readSignupMessage({ origin, data })).toBeNull();
});
