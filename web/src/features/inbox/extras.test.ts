import { expect, test } from "vitest";
import { contactsBody, coordinatesOf, offerBody, placeBody, twiceIn, wrongInCard } from "./extras.ts";

const MODA = { latitude: 40.9789, longitude: 29.0256 };

test.each([
  "40.9789, 29.0256",
  "40.9789,29.0256",
  "40.9789 29.0256",
  "40,9789; 29,0256",
  "40,9789 29,0256",
  "40.9789° N, 29.0256° E",
  "٤٠٫٩٧٨٩، ٢٩٫٠٢٥٦",
  "geo:40.9789,29.0256?z=16",
  "https://www.google.com/maps?q=40.9789,29.0256",
  "https://www.google.com/maps/search/?api=1&query=40.9789%2C29.0256",
  "https://www.google.com/maps/place/Moda/@40.1,29.9,17z/data=!3m1!4b1!4m6!3m5!8m2!3d40.9789!4d29.0256",
  "https://www.google.com/maps/@40.9789,29.0256,15z",
  "https://maps.apple.com/?ll=40.9789,29.0256&q=Moda",
  "https://maps.apple.com/place?coordinate=40.9789,29.0256&name=Moda",
  "https://www.openstreetmap.org/?mlat=40.9789&mlon=29.0256#map=16/40.1/29.9",
  "https://www.openstreetmap.org/#map=16/40.9789/29.0256",
  "https://yandex.com.tr/harita/?ll=29.0256,40.9789&z=16",
])("%s leads to Moda", (text) => {
  expect(coordinatesOf(text)).toEqual(MODA);
});

test("south and west are below nothing", () => {
  expect(coordinatesOf("33.8568° S, 151.2153° E")).toEqual({ latitude: -33.8568, longitude: 151.2153 });
  expect(coordinatesOf("40.6892, -74.0445")).toEqual({ latitude: 40.6892, longitude: -74.0445 });
});

test.each(["", "Moda Pier", "https://maps.app.goo.gl/abc", "91, 20", "20, 181", "40.9789"])(
  "%s leads nowhere",
  (text) => {
    expect(coordinatesOf(text)).toBeNull();
  },
);

test("a place goes with what was said of it", () => {
  expect(placeBody({ where: "1,2", name: " Shop ", address: "" })).toEqual({
    type: "location",
    latitude: 1,
    longitude: 2,
    name: "Shop",
  });
  expect(placeBody({ where: "here", name: "Shop", address: "" })).toBeNull();
});

test("a contact has a name, and a way to be reached", () => {
  const card = { name: "Can  Demir", phone: "+90 530 111 22 33", company: "Bakery", email: "" };
  expect(contactsBody([card])).toEqual({
    type: "contacts",
    contacts: [
      {
        name: { formatted_name: "Can Demir", first_name: "Can", last_name: "Demir" },
        phones: [{ phone: "+90 530 111 22 33", type: "CELL", wa_id: "905301112233" }],
        org: { company: "Bakery" },
      },
    ],
  });
  expect(wrongInCard({ ...card, name: " " })).toBe("name");
  expect(wrongInCard({ ...card, phone: "ring me" })).toBe("phone");
  expect(wrongInCard({ ...card, phone: "" })).toBe("phone");
  expect(wrongInCard({ ...card, phone: "", email: "can@example.com" })).toBeNull();
  expect(contactsBody([card, { ...card, email: "no" }])).toBeNull();
});

const OFFER = { text: "Which one?", footer: "", button: "", url: "", options: [] };
const option = (title: string, description = "") => ({ title, description });

test("buttons are those that were filled in", () => {
  expect(offerBody("buttons", { ...OFFER, options: [option("Yes"), option(" "), option("No", "unseen")] })).toEqual({
    type: "interactive",
    interactive: {
      type: "buttons",
      body: "Which one?",
      buttons: [
        { id: "choice-1", title: "Yes" },
        { id: "choice-2", title: "No" },
      ],
    },
  });
  expect(offerBody("buttons", OFFER)).toBeNull();
  expect(twiceIn([option("Yes"), option("Yes ")])).toBe("Yes");
  expect(offerBody("buttons", { ...OFFER, options: [option("Yes"), option("Yes ")] })).toBeNull();
});

test("a list has a button that opens it", () => {
  const options = [option("Small", "for six")];
  expect(offerBody("list", { ...OFFER, options })).toBeNull();
  expect(offerBody("list", { ...OFFER, footer: "Bakery", button: "Sizes", options })).toEqual({
    type: "interactive",
    interactive: {
      type: "list",
      body: "Which one?",
      footer: "Bakery",
      button: "Sizes",
      sections: [{ rows: [{ id: "choice-1", title: "Small", description: "for six" }] }],
    },
  });
});

test("a link leads to the web, and a question for the place needs no more than words", () => {
  expect(offerBody("link", { ...OFFER, button: "Menu", url: "javascript:alert(1)" })).toBeNull();
  expect(offerBody("link", { ...OFFER, button: "Menu", url: "https://bakery.example/menu" })).toMatchObject({
    interactive: { type: "cta_url", display_text: "Menu", url: "https://bakery.example/menu" },
  });
  expect(offerBody("ask_place", { ...OFFER, text: "Where to?" })).toEqual({
    type: "interactive",
    interactive: { type: "location_request", body: "Where to?" },
  });
});
