// Turns messages as Meta writes them into list items.

const SVG = "http://www.w3.org/2000/svg";

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function icon(path, width, height) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  line.setAttribute("fill", "none");
  line.setAttribute("stroke", "currentColor");
  line.setAttribute("stroke-width", "1.8");
  line.setAttribute("stroke-linecap", "round");
  line.setAttribute("stroke-linejoin", "round");
  svg.append(line);
  return svg;
}

const TICKS = {
  sent: ["M2 6.5l3.5 3.5L12 3", "Sent"],
  delivered: ["M1 6.5l3.5 3.5L11 3M8.5 9.5l.8.8L16 3", "Delivered"],
  read: ["M1 6.5l3.5 3.5L11 3M8.5 9.5l.8.8L16 3", "Read"],
};

/** One tick for sent, two for delivered, two blue ones for read. */
export function showProgress(item, progress) {
  const ticks = item.querySelector(".ticks");
  if (!ticks) return;
  const [path, word] = TICKS[progress];
  ticks.className = `ticks ${progress}`;
  ticks.title = word;
  ticks.replaceChildren(icon(path, 18, 12), element("span", "hidden", word));
}

/** A short text for quotes and for screen readers. */
export function summary(message) {
  const kind = message.type ?? "text";
  const content = message[kind] ?? {};
  switch (kind) {
    case "text": return content.body ?? "";
    case "interactive": return replyOf(content)?.title ?? content.body?.text ?? "";
    case "button": return content.text ?? "";
    case "template": return message.rendered?.body ?? `Template ${content.name}`;
    case "location": return content.name ?? "Place";
    case "contacts": return content[0]?.name?.formatted_name ?? "Contact";
    default: return content.caption || kind[0].toUpperCase() + kind.slice(1);
  }
}

const replyOf = (interactive) => interactive.button_reply ?? interactive.list_reply;

/** The list item of one message; `quoted` finds the message that it answers. */
export function bubble(entry, quoted) {
  const item = element("li", `bubble ${entry.side}`);
  item.dataset.id = entry.id;
  item.append(element("span", "hidden", entry.side === "customer" ? "You:" : "Business:"));
  const context = entry.message.context;
  const earlier = quoted(context?.message_id ?? context?.id);
  if (earlier) {
    const quote = element("div", "quote", summary(earlier.message));
    quote.dir = "auto";
    item.append(quote);
  }
  item.append(...content(entry.message));
  const meta = element("div", "meta");
  const time = element("time", "", clock(entry.at));
  time.dateTime = new Date(entry.at).toISOString();
  time.title = new Date(entry.at).toLocaleString();
  meta.append(time);
  if (entry.side === "customer") meta.append(element("span", "ticks"));
  item.append(meta);
  if (entry.side === "customer") showProgress(item, entry.progress);
  return item;
}

const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function content(message) {
  const kind = message.type ?? "text";
  const body = message[kind] ?? {};
  switch (kind) {
    case "text": return [paragraph(body.body)];
    case "image": case "sticker": return withCaption(picture(body), body);
    case "video": return withCaption(player("video", body), body);
    case "audio": return [player("audio", body)];
    case "document": return withCaption(card("M6 2h8l5 5v15H6zM14 2v5h5", body.filename ?? "Document", "Open", source(body)), body);
    case "location": return [place(body)];
    case "contacts": return body.map((it) => card("M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0", it.name?.formatted_name ?? "Contact", it.phones?.[0]?.phone ?? ""));
    case "interactive": return interactive(body);
    case "button": return [paragraph(body.text)];
    case "template": return template(message);
    default: return [paragraph(`(${kind})`)];
  }
}

/** A paragraph whose links can be followed. */
function paragraph(text, className) {
  const made = element("p", className);
  made.dir = "auto";
  for (const part of String(text ?? "").split(/(https?:\/\/[^\s<>"]+)/)) {
    if (!/^https?:\/\//.test(part)) { made.append(part); continue; }
    const link = element("a", "", part);
    link.href = part;
    link.rel = "noreferrer noopener";
    link.target = "_blank";
    made.append(link);
  }
  return made;
}

function withCaption(made, body) {
  return body.caption ? [made, paragraph(body.caption)] : [made];
}

function source(body) {
  if (body.id) return `/sim/phone/media/${encodeURIComponent(body.id)}`;
  return /^https?:\/\//.test(body.link ?? "") ? body.link : undefined;
}

function picture(body) {
  const image = element("img");
  image.src = source(body) ?? "";
  image.alt = body.caption || "Photo";
  image.loading = "lazy";
  return image;
}

function player(kind, body) {
  const made = element(kind);
  made.controls = true;
  made.preload = "metadata";
  made.src = source(body) ?? "";
  return made;
}

function card(path, title, note, href) {
  const made = element(href ? "a" : "div", "card");
  if (href) {
    made.href = href;
    made.target = "_blank";
    made.rel = "noreferrer noopener";
  }
  const drawing = icon(path, 24, 24);
  drawing.setAttribute("width", "28");
  drawing.setAttribute("height", "28");
  const words = element("span");
  words.append(element("b", "", title), element("small", "", note));
  words.dir = "auto";
  made.append(drawing, words);
  return made;
}

function place(body) {
  const at = `${body.latitude},${body.longitude}`;
  const pin = "M12 22s7-7 7-12a7 7 0 1 0-14 0c0 5 7 12 7 12zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z";
  return card(pin, body.name ?? "Place", body.address ?? at);
}

function framed(header, middle, footer) {
  return [
    header && paragraph(header, "heading"),
    paragraph(middle),
    footer && paragraph(footer, "footer"),
  ].filter(Boolean);
}

function interactive(body) {
  const reply = replyOf(body);
  if (reply) {
    return reply.description
      ? [paragraph(reply.title, "heading"), paragraph(reply.description)]
      : [paragraph(reply.title)];
  }
  const header = body.header ?? {};
  const media = header.image ? [picture(header.image)] : [];
  return [...media, ...framed(header.text, body.body?.text ?? body.nfm_reply?.body, body.footer?.text)];
}

function template(message) {
  const shown = message.rendered;
  if (!shown) return [paragraph(summary(message))];
  return framed(shown.header, shown.body, shown.footer);
}

/** What can be pressed under a message of the business; `answer` sends a reply to it. */
export function replies(entry, answer) {
  const { message } = entry;
  const action = message.interactive?.action;
  const item = element("li", "replies");
  const context = { id: entry.id };
  for (const { reply } of action?.buttons ?? []) {
    item.append(press(reply.title, () => answer({ type: "interactive", context, interactive: { type: "button_reply", button_reply: reply } })));
  }
  if (action?.sections) item.append(...list(action, context, answer));
  if (action?.name === "cta_url") item.append(link(action.parameters.display_text, action.parameters.url));
  if (action?.name === "send_location") {
    item.append(press("Send a place", () => answer({ type: "location", context, location: { latitude: 40.9903, longitude: 29.0275, name: "Kadıköy" } })));
  }
  if (message.interactive?.type === "request_contact_info") {
    const contact = { name: { formatted_name: "Me", first_name: "Me" }, phones: [{ phone: "+90 555 000 10 01" }], vcard: "" };
    item.append(press("Share phone number", () => answer({ type: "contacts", context, origin: "contact_request/other", contacts: [contact] })));
  }
  for (const button of message.rendered?.buttons ?? []) {
    if (button.type === "URL") item.append(link(button.text, button.url));
    else if (button.type === "QUICK_REPLY") item.append(press(button.text, () => answer({ type: "button", context, button: { payload: button.text, text: button.text } })));
  }
  return item.childElementCount > 0 ? item : null;
}

function press(text, act) {
  const button = element("button", "", text);
  button.type = "button";
  button.dir = "auto";
  button.addEventListener("click", act);
  return button;
}

function link(text, href) {
  const made = element("a", "", text);
  made.href = /^https?:\/\//.test(href) ? href : "#";
  made.target = "_blank";
  made.rel = "noreferrer noopener";
  return made;
}

function list(action, context, answer) {
  const rows = element("div", "rows");
  rows.hidden = true;
  for (const section of action.sections) {
    if (section.title) rows.append(element("h3", "", section.title));
    for (const row of section.rows) {
      const made = press("", () => answer({ type: "interactive", context, interactive: { type: "list_reply", list_reply: row } }));
      made.append(element("span", "", row.title));
      if (row.description) made.append(element("small", "", row.description));
      rows.append(made);
    }
  }
  const opener = press(action.button, () => {
    rows.hidden = !rows.hidden;
    opener.setAttribute("aria-expanded", String(!rows.hidden));
  });
  opener.setAttribute("aria-expanded", "false");
  return [opener, rows];
}
