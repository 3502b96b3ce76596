// Builds elements. Text goes in as text only, so nothing that a customer writes can become markup.

/** An element with attributes, `on…` listeners and children; what is null, undefined or false is left out. */
export function h(name, props, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "value") made.value = value;
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...present(children));
  return made;
}

/** Puts these children in the place of all that are there. */
export function fill(parent, ...children) {
  parent.replaceChildren(...present(children));
  return parent;
}

const present = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  inbox: "M4 13l2.5-8h11L20 13v6H4zM4 13h5l1.5 2.5h3L15 13h5",
  ai: "M11 3.5l1.9 5.1 5.1 1.9-5.1 1.9L11 17.5l-1.9-5.1L4 10.5l5.1-1.9zM18.5 15v5M16 17.5h5",
  human: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
  phone: "M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5zM11 18.5h2",
  api: "M8 7l-5 5 5 5M16 7l5 5-5 5",
  system: "M12 8v4.5M12 16h.01M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
  connect: "M9 3v5M15 3v5M6.5 8h11v3a5.5 5.5 0 0 1-11 0zM12 16.5V21",
  leave: "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
  keys: "M3.5 6.5h17v11h-17zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
  tick: "M5 12.5l4.5 4.5L19 7.5",
  ticks: "M2 12.5l4.5 4.5L16 7.5M12 16.5l.5.5L22 7.5",
  alert: "M12 4l9 16H3zM12 10v4.5M12 17.3h.01",
  unsure: "M9 9.5a3 3 0 1 1 4.200 2.700c-.8.4-1.200 1-1.200 1.800M12 17.5h.01M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
  stopped: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM6 6l12 12",
  back: "M15 5l-7 7 7 7",
  send: "M4 12l16-8-5 16-3-7z",
  plus: "M12 5v14M5 12h14",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  trash: "M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13",
  circle: "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14z",
  place: "M12 21c4-4.5 6-7.800 6-11a6 6 0 0 0-12 0c0 3.200 2 6.5 6 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
};

// These point somewhere, and point the other way where one reads from right to left.
const TURNING = new Set(["back", "send", "leave"]);

/** A line drawing beside a word. It is never the only sign, so screen readers pass it by. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", TURNING.has(name) ? "icon turning" : "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
