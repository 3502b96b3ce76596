// Who writes to whom: the choice is in the address, so that a reload or a link keeps it.

const STORE = "simulator.people";
const FIRST = [
  { name: "Ayşe Yılmaz", from: "905301112233" },
  { name: "Omar Haddad", from: "971501234567" },
  { name: "Emma Clark", from: "447700900123" },
];

const el = (id) => document.getElementById(id);

function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? [];
  } catch {
    return [];
  }
}

function remember(person) {
  const others = stored().filter((it) => it.from !== person.from);
  try {
    localStorage.setItem(STORE, JSON.stringify([person, ...others].slice(0, 20)));
  } catch {
    // Private windows may refuse; the choice then lasts as long as the page.
  }
}

/** The numbers one can write to and the people one can be. */
export async function load() {
  const answer = await fetch("/sim/phone/people");
  const { numbers, customers } = await answer.json();
  const people = new Map();
  for (const person of [...stored(), ...FIRST, ...customers]) {
    if (!people.has(person.from)) people.set(person.from, { name: person.name || person.from, from: person.from });
  }
  return { numbers, people };
}

/** The chat that the address names, if it is complete. */
export function chosen(known) {
  const query = new URLSearchParams(location.search);
  const wanted = query.get("number");
  const number = known.numbers.find((it) => it.id === wanted) ?? (wanted ? undefined : known.numbers.find((it) => it.connected));
  const from = query.get("from")?.replace(/^\+/, "") || [...known.people.keys()][0];
  if (!number) return null;
  const name = query.get("name");
  const person = known.people.get(from) ?? { name: name || from, from };
  return { number, person: name ? { ...person, name } : person };
}

/** Fills the panel; `open` is called with the chat that is chosen there. */
export function panel(known, current, open) {
  const [number, person] = [el("number"), el("person")];
  number.replaceChildren(...known.numbers.map((it) => option(it.id, `${it.name} ${it.phone}${it.connected ? "" : " (not connected)"}`)));
  const someone = option("", "Someone else");
  person.replaceChildren(...[...known.people.values()].map((it) => option(it.from, `${it.name} ${it.from === it.name ? "" : phone(it.from)}`.trim())), someone);
  const connected = known.numbers.find((it) => it.connected);
  number.value = current?.number.id ?? connected?.id ?? known.numbers[0]?.id ?? "";
  person.value = current?.person.from ?? [...known.people.keys()][0];
  const toggle = () => { el("stranger").hidden = person.value !== ""; };
  person.onchange = toggle;
  toggle();
  el("panel").onsubmit = (event) => {
    event.preventDefault();
    const writer = person.value ? known.people.get(person.value) : stranger();
    const receiver = known.numbers.find((it) => it.id === number.value);
    el("wrong").hidden = Boolean(writer && receiver);
    if (!writer || !receiver) {
      el("wrong").textContent = receiver ? "Enter a phone number with its country code, such as +90 530 111 22 33." : "Choose a number to write to.";
      return;
    }
    known.people.set(writer.from, writer);
    remember(writer);
    open({ number: receiver, person: writer });
  };
}

function stranger() {
  const from = el("from").value.replace(/[^0-9]/g, "");
  if (from.length < 7 || from.length > 15) return null;
  return { name: el("name").value.trim() || phone(from), from };
}

export const phone = (from) => (/^\d+$/.test(from) ? `+${from}` : from);

function option(value, text) {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}
