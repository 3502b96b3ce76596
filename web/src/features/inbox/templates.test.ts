import { expect, test } from "vitest";
import { bodyOf, isComplete, matching, shownOf, type Template } from "./templates.ts";

const order: Template = {
  id: "1",
  name: "order_ready",
  language: "en",
  status: "APPROVED",
  is_sendable: true,
  parameter_format: "POSITIONAL",
  components: [
    { type: "BODY", text: "Hi {{1}}, your {{ 2 }} is ready, {{1}}." },
    { type: "FOOTER", text: "The bakery" },
    { type: "BUTTONS", buttons: [{ type: "URL", text: "Track", url: "https://a.example/{{1}}" }] },
  ],
  parameters: [
    { place: "body", index: 0, name: "1", kind: "text" },
    { place: "body", index: 0, name: "2", kind: "text" },
    { place: "button", index: 0, name: "1", kind: "url" },
  ],
};
const values = { "body.0.1": "Deniz", "body.0.2": "cake", "button.0.1": "x12" };

test("a place is given by a link to a map or by coordinates, with what it is called", () => {
  const visit: Template = {
    ...order,
    components: [{ type: "HEADER", format: "LOCATION" }, ...order.components],
    parameters: [{ place: "header", index: 0, name: "location", kind: "location" }],
  };
  const key = "header.0.location";
  expect(isComplete(visit, { [key]: "by the pier" })).toBe(false);
  const given = { [key]: "40.98, 29.03", [`${key}.name`]: " Moda Pier ", [`${key}.address`]: " " };
  expect(isComplete(visit, given)).toBe(true);
  const location = { latitude: "40.98", longitude: "29.03", name: "Moda Pier" };
  expect(bodyOf(visit, given)["components"]).toEqual([
    { type: "header", parameters: [{ type: "location", location }] },
  ]);
});

test("what is filled in stands in the preview, and what is not stays a gap", () => {
  expect(shownOf(order, values)).toEqual({
    header: null,
    body: "Hi Deniz, your cake is ready, Deniz.",
    footer: "The bakery",
    buttons: ["Track"],
  });
  expect(shownOf(order, { "body.0.1": " " }).body).toBe("Hi {{1}}, your {{ 2 }} is ready, {{1}}.");
});

test("the message has what the template asks for, as Meta wants it", () => {
  expect(bodyOf(order, values)).toEqual({
    type: "template",
    name: "order_ready",
    language: "en",
    components: [
      {
        type: "body",
        parameters: [
          { type: "text", text: "Deniz" },
          { type: "text", text: "cake" },
        ],
      },
      { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "x12" }] },
    ],
  });
  const named: Template = {
    ...order,
    parameter_format: "NAMED",
    parameters: [{ place: "body", index: 0, name: "who", kind: "text" }],
  };
  expect(bodyOf(named, { "body.0.who": "Deniz" })["components"]).toEqual([
    { type: "body", parameters: [{ type: "text", text: "Deniz", parameter_name: "who" }] },
  ]);
  expect(bodyOf({ ...order, parameters: [] }, {})).toEqual({ type: "template", name: "order_ready", language: "en" });
});

test("a template is complete when nothing is missing and nothing would be refused", () => {
  expect(isComplete(order, values)).toBe(true);
  expect(isComplete(order, { ...values, "body.0.2": " " })).toBe(false);
  expect(isComplete(order, { ...values, "body.0.2": "two\nlines" })).toBe(false);
  const picture: Template = { ...order, parameters: [{ place: "header", index: 0, name: "image", kind: "image" }] };
  expect(isComplete(picture, { "header.0.image": "a picture" })).toBe(false);
  expect(isComplete(picture, { "header.0.image": "https://a.example/x.png" })).toBe(true);
});

test("only what can be sent is offered", () => {
  const paused = { ...order, id: "2", is_sendable: false };
  expect(matching([order, paused], "cake")).toEqual([]);
  expect(matching([order, paused], "ORDER ready")).toEqual([order]);
  expect(matching([order, paused], "")).toEqual([order]);
});
