// The phone: follows one chat and sends what its customer does.

import { bubble, element, replies, showProgress, summary } from "./bubbles.js";
import { chosen, load, panel, phone } from "./people.js";

const TYPING_MS = 25_000;
const el = (id) => document.getElementById(id);
const [chat, list, text] = [el("chat"), el("messages"), el("text")];

let current = null;
let stream = null;
let typingTimer = 0;
let unseen = 0;
let lastDay = "";
const entries = new Map();

// ---- What is shown ----

const atEnd = () => chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80;

function toEnd() {
  chat.scrollTop = chat.scrollHeight;
  unseen = 0;
  el("newer").hidden = true;
}

function dayLine(at) {
  const day = new Date(at).toDateString();
  if (day === lastDay) return;
  lastDay = day;
  const now = new Date();
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  let words = new Date(at).toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
  if (day === now.toDateString()) words = "Today";
  else if (day === yesterday.toDateString()) words = "Yesterday";
  list.append(element("li", "day", words));
}

function react(entry) {
  const { message_id: id, emoji } = entry.message.reaction;
  const target = list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  if (!target) return;
  target.querySelector(".reaction")?.remove();
  target.classList.toggle("reacted", Boolean(emoji));
  if (emoji) target.append(element("span", "reaction", emoji));
}

function add(entry) {
  if (entries.has(entry.id)) return;
  entries.set(entry.id, entry);
  if (entry.message.type === "reaction") return react(entry);
  dayLine(entry.at);
  list.append(bubble(entry, (id) => entries.get(id)));
  const under = entry.side === "business" && replies(entry, send);
  if (under) list.append(under);
}

function showThread({ messages }) {
  entries.clear();
  lastDay = "";
  list.replaceChildren();
  messages.forEach(add);
  showTyping(false);
  toEnd();
  markRead();
}

function showMessage(entry) {
  const stick = atEnd() || entry.side === "customer";
  const isNew = !entries.has(entry.id);
  add(entry);
  if (entry.side === "business") {
    showTyping(false);
    if (isNew) el("live").textContent = summary(entry.message);
    markRead();
  }
  if (stick) return toEnd();
  if (isNew) unseen += 1;
  el("newer").textContent = `${unseen} new`;
  el("newer").hidden = false;
}

function showTicks({ ids, progress }) {
  for (const id of ids) {
    const item = list.querySelector(`[data-id="${CSS.escape(id)}"]`);
    if (item) showProgress(item, progress);
    const entry = entries.get(id);
    if (entry) entry.progress = progress;
  }
}

function showTyping(on) {
  clearTimeout(typingTimer);
  const stick = atEnd();
  el("typing").hidden = !on;
  el("presence").textContent = on ? "typing…" : current ? `You are ${current.person.name}` : "";
  if (on) typingTimer = setTimeout(() => showTyping(false), TYPING_MS);
  if (stick) toEnd();
}

function tell(words) {
  el("banner").textContent = words;
  el("banner").hidden = !words;
}

// ---- What is sent ----

const where = () => ({ number: current.number.id, from: current.person.from, name: current.person.name });

async function post(path, body, type = "application/json") {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": type }, body });
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.error);
  return data;
}

function delivered({ http_status: status }) {
  if (status === 200) return tell("");
  if (status === null) return tell("Nobody is listening for this number. Connect it in the app first.");
  tell(`The app answered ${status}. The simulator will try again.`);
}

async function send(message) {
  try {
    delivered(await post("/sim/phone/send", JSON.stringify({ ...where(), message })));
    return true;
  } catch (error) {
    tell(`Not sent: ${error.message}`);
    return false;
  }
}

async function sendText() {
  const body = text.value.trim();
  if (!body || !current) return;
  text.value = "";
  grow();
  const sent = await send({ type: "text", text: { body } });
  if (!sent && !text.value) text.value = body;
}

/** What can be attached, and what the page then asks for. */
const ATTACHED = {
  photo: { kind: "image", accept: "image/jpeg,image/png" },
  voice: { kind: "audio", accept: "audio/*", voice: true },
  video: { kind: "video", accept: "video/mp4,video/3gpp" },
  document: { kind: "document", accept: "" },
};
let attaching = ATTACHED.photo;

async function sendFile(file) {
  const query = new URLSearchParams({
    ...where(),
    kind: attaching.kind,
    caption: text.value.trim(),
    filename: file.name,
    voice: String(Boolean(attaching.voice)),
  });
  try {
    delivered(await post(`/sim/phone/file?${query}`, file, file.type || "application/octet-stream"));
    text.value = "";
  } catch (error) {
    tell(`Not sent: ${error.message}`);
  }
}

function markRead() {
  if (!current || document.visibilityState !== "visible") return;
  const unread = [...entries.values()].filter((it) => it.side === "business" && it.progress !== "read");
  if (unread.length === 0) return;
  for (const entry of unread) entry.progress = "read";
  post("/sim/phone/read", JSON.stringify(where())).catch((error) => tell(error.message));
}

// ---- One chat after another ----

function open(choice) {
  current = choice;
  history.replaceState(null, "", `?${new URLSearchParams({ number: choice.number.id, from: choice.person.from })}`);
  el("business").textContent = choice.number.name;
  document.title = `${choice.number.name} · Phone`;
  el("avatar").textContent = choice.number.name.slice(0, 1).toUpperCase();
  el("business").title = choice.number.phone;
  el("settings").title = `Writing as ${choice.person.name} ${phone(choice.person.from)}`;
  tell(choice.number.connected ? "" : "This number is not connected to an app yet, so nobody will answer.");
  setPanel(false);
  follow();
  text.focus();
}

function follow() {
  stream?.close();
  stream = new EventSource(`/sim/phone/events?${new URLSearchParams({ number: current.number.id, from: current.person.from })}`);
  const on = (name, act) => stream.addEventListener(name, (event) => act(JSON.parse(event.data)));
  on("thread", showThread);
  on("message", showMessage);
  on("progress", showTicks);
  on("typing", () => showTyping(true));
  stream.onerror = () => { el("presence").textContent = "Connecting…"; };
}

async function setPanel(shown) {
  el("panel").hidden = !shown;
  el("settings").setAttribute("aria-expanded", String(shown));
  if (!shown) return;
  panel(await load(), current, open);
  el("number").focus();
}

function setAttachments(shown) {
  el("attachments").hidden = !shown;
  el("attach").setAttribute("aria-expanded", String(shown));
  if (shown) el("photo").focus();
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

el("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  sendText();
});
text.addEventListener("input", grow);
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendText();
});
el("settings").addEventListener("click", () => setPanel(el("panel").hidden));
el("attach").addEventListener("click", () => setAttachments(el("attachments").hidden));
for (const [id, what] of Object.entries(ATTACHED)) {
  el(id).addEventListener("click", () => {
    setAttachments(false);
    attaching = what;
    el("file").accept = what.accept;
    el("file").click();
  });
}
el("place").addEventListener("click", () => {
  setAttachments(false);
  if (current) send({ type: "location", location: { latitude: 40.9903, longitude: 29.0275, name: "Kadıköy", address: "Kadıköy, İstanbul" } });
});
el("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file && current) sendFile(file);
  event.target.value = "";
});
el("newer").addEventListener("click", toEnd);
chat.addEventListener("scroll", () => { if (atEnd()) { unseen = 0; el("newer").hidden = true; } });
document.addEventListener("visibilitychange", markRead);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const opener = !el("attachments").hidden ? "attach" : !el("panel").hidden ? "settings" : null;
  setAttachments(false);
  if (current) setPanel(false);
  if (opener) el(opener).focus();
});

const known = await load();
const first = chosen(known);
if (first) open(first);
else setPanel(true);
