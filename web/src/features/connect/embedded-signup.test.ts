import { expect, test, vi } from "vitest";
import { readSignupMessage, signUpInPopup } from "./embedded-signup.ts";

const finished = JSON.stringify({
  type: "WA_EMBEDDED_SIGNUP",
  event: "FINISH",
  data: { phone_number_id: "1", waba_id: "2", business_id: "3" },
});

test("the dialog's message is read", () => {
  const read = readSignupMessage({ origin: "https://business.facebook.com", data: finished }, null);
  const data = { phone_number_id: "1", waba_id: "2", business_id: "3" };
  expect(read).toEqual({ event: "FINISH", data, waba_id: "2", phone_number_id: "1" });
});

test.each([
  ["https://evilfacebook.com", finished],
  ["https://facebook.com.evil.example", finished],
  ["https://www.facebook.com:8443", finished],
  ["http://www.facebook.com", finished],
  ["https://connect.facebook.net", finished],
  ["", finished],
  ["null", finished],
  ["https://www.facebook.com", "not JSON"],
  ["https://www.facebook.com", "null"],
  ["https://www.facebook.com", JSON.stringify({ type: "OTHER", event: "FINISH" })],
  ["https://www.facebook.com", { type: "WA_EMBEDDED_SIGNUP", event: "FINISH" }],
])("anything else is none: %s %j", (origin, data) => {
  expect(readSignupMessage({ origin, data }, null)).toBeNull();
});

test("a stand-in's dialog is heard alone, and Meta's is not", () => {
  const only = "http://127.0.0.1:8090";
  expect(readSignupMessage({ origin: only, data: finished }, only)?.event).toBe("FINISH");
  for (const origin of ["http://127.0.0.1:8091", "https://www.facebook.com", `${only}.example`, "null", ""])
    expect(readSignupMessage({ origin, data: finished }, only)).toBeNull();
});

test("the server hears what the dialog tells, also where no code comes", async () => {
  const data = { current_step: "PHONE_NUMBER_SETUP" };
  const message = { type: "WA_EMBEDDED_SIGNUP", event: "CANCEL", data };
  const sdk: Parameters<typeof signUpInPopup>[0] = {
    init: vi.fn(),
    login(callback) {
      dispatchEvent(new MessageEvent("message", { origin: "https://www.facebook.com", data: JSON.stringify(message) }));
      callback({ authResponse: null });
    },
  };
  const started = { oauth_url: "", app_id: "1", graph_api_version: "v25.0", state: "s", config_id: "2" };
  const report = vi.fn();
  const completion = await signUpInPopup(sdk, started, null, report);
  expect(report.mock.calls).toEqual([[{ state: "s", event: "CANCEL", data }]]);
  expect(completion).toEqual({ state: "s", code: null, event: "CANCEL", data });
});
