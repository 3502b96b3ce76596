import { expect, test } from "vitest";
import {
  askedOf,
  cardsOf,
  choiceOf,
  isForwarded,
  isVoice,
  linkOf,
  placeOf,
  pressedOf,
  targetOf,
  unsupportedOf,
  versionsOf,
} from "./payload.ts";

test("a place is found in what came and in what leaves", () => {
  const place = { latitude: 37.44, longitude: -122.16, name: "Philz Coffee", address: null };
  expect(placeOf({ location: { latitude: 37.44, longitude: -122.16, name: "Philz Coffee" } })).toEqual(place);
  expect(placeOf({ type: "location", latitude: "37.44", longitude: "-122.16", name: "Philz Coffee" })).toEqual(place);
  for (const none of [null, {}, { latitude: "north", longitude: 1 }, { latitude: null, longitude: null }, [1, 2]])
    expect(placeOf(none)).toBeNull();
});

test("contacts are read with and without a name of their own", () => {
  const cards = cardsOf({
    contacts: [
      {
        name: { formatted_name: "Barbara J. Johnson" },
        org: { company: "Social Tsunami" },
        phones: [{ phone: "+1 (415) 555-0829" }, { wa_id: "14125550829" }],
        emails: [{ email: "b@example.com" }],
      },
      { vcard: "BEGIN:VCARD\nFN:Ayşe Usta\nEND:VCARD" },
    ],
  });
  expect(cards).toEqual([
    {
      name: "Barbara J. Johnson",
      company: "Social Tsunami",
      phones: ["+1 (415) 555-0829", "14125550829"],
      emails: ["b@example.com"],
    },
    { name: "Ayşe Usta", company: null, phones: [], emails: [] },
  ]);
  expect(cardsOf({ contacts: "none" })).toEqual([]);
});

test("what only the customer's app can give is told from what can be pressed", () => {
  const asked = (type: string) => askedOf({ interactive: { type, body: "Your number, please" } });
  expect(["request_contact_info", "location_request", "buttons", "toString"].map(asked)).toEqual([
    "phone",
    "place",
    null,
    null,
  ]);
  expect([null, {}, { interactive: "x" }].map(askedOf)).toEqual([null, null, null]);
});

test("what can be pressed is shown, as we send it and as Meta tells it", () => {
  const ours = { interactive: { type: "buttons", body: "b", footer: "f", buttons: [{ id: "1", title: "Yes" }] } };
  expect(choiceOf(ours)).toEqual({ header: null, footer: "f", options: [{ title: "Yes", description: null }] });
  const theirs = {
    interactive: {
      type: "list",
      header: { type: "text", text: "h" },
      action: { sections: [{ rows: [{ id: "1", title: "Cake", description: "Apple" }] }] },
    },
  };
  expect(choiceOf(theirs)).toEqual({ header: "h", footer: null, options: [{ title: "Cake", description: "Apple" }] });
  expect(choiceOf({ interactive: { type: "list_reply", list_reply: { title: "Cake" } } })).toBeNull();
});

test("the small print is read, and garbage is not", () => {
  expect(pressedOf({ interactive: { list_reply: { title: "x", description: "Next day" } } })).toBe("Next day");
  expect(unsupportedOf({ unsupported: { type: "poll" } })).toBe("poll");
  expect(unsupportedOf({ unsupported: { type: "unknown" } })).toBeNull();
  expect(versionsOf({ earlier_versions: [{ text: "Six", until: "2026-01-01T00:00:00Z" }, "x"] })).toEqual([
    { text: "Six", until: "2026-01-01T00:00:00Z" },
  ]);
  expect(targetOf({ original_message_id: "wamid.1" })).toBe("wamid.1");
  expect(targetOf({ message_id: "wamid.2", emoji: "👍" })).toBe("wamid.2");
  expect(isVoice({ audio: { voice: true } })).toBe(true);
  expect(isVoice({ audio: {} })).toBe(false);
  expect(linkOf({ type: "image", media: { link: "https://a.example/x.png" } })).toBe("https://a.example/x.png");
  expect(linkOf({ media: { link: "javascript:alert(1)" } })).toBeNull();
  expect(linkOf({ media: { id: "1" } })).toBeNull();
  expect(isForwarded({ context: { forwarded: true } })).toBe(true);
  expect(isForwarded(undefined)).toBe(false);
});
