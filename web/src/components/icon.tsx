const PATHS = {
  overview: "M4 20h16M7 20v-7M12 20V5M17 20v-10",
  inbox: "M4 13l2.5-8h11L20 13v6H4zM4 13h5l1.5 2.5h3L15 13h5",
  ai: "M11 3.5l1.9 5.1 5.1 1.9-5.1 1.9L11 17.5l-1.9-5.1L4 10.5l5.1-1.9zM18.5 15v5M16 17.5h5",
  human: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
  phone:
    "M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5zM11 18.5h2",
  api: "M8 7l-5 5 5 5M16 7l5 5-5 5",
  system: "M12 8v4.5M12 16h.01M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
  connect: "M9 3v5M15 3v5M6.5 8h11v3a5.5 5.5 0 0 1-11 0zM12 16.5V21",
  leave: "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
  keys: "M3.5 6.5h17v11h-17zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
  tick: "M5 12.5l4.5 4.5L19 7.5",
  ticks: "M2 12.5l4.5 4.5L16 7.5M12 16.5l.5.5L22 7.5",
  alert: "M12 4l9 16H3zM12 10v4.5M12 17.3h.01",
  unsure:
    "M9 9.5a3 3 0 1 1 4.200 2.700c-.8.4-1.200 1-1.200 1.800M12 17.5h.01M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
  stopped: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM6 6l12 12",
  back: "M15 5l-7 7 7 7",
  send: "M4 12l16-8-5 16-3-7z",
  plus: "M12 5v14M5 12h14",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  trash: "M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13",
  circle: "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14z",
  place: "M12 21c4-4.5 6-7.800 6-11a6 6 0 0 0-12 0c0 3.200 2 6.5 6 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  menu: "M4 7h16M4 12h16M4 17h16",
  gear: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.400 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1",
  panel: "M4 5h16v14H4zM15 5v14",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L20 20",
  person: "M12 11.5a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM5.5 20a6.5 6.5 0 0 1 13 0",
  reply: "M10 7L5 12l5 5M5 12h9a5 5 0 0 1 5 5v2",
  close: "M6 6l12 12M18 6L6 18",
  platform: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  play: "M8 5v14l11-7z",
  pause: "M8 5v14M16 5v14",
  save: "M12 4v11M7.5 10.5L12 15l4.5-4.5M5 20h14",
  microphone:
    "M12 3.5a2.500 2.500 0 0 0-2.5 2.500v5a2.500 2.500 0 0 0 5 0V6A2.500 2.500 0 0 0 12 3.500zM6 11a6 6 0 0 0 12 0M12 17v3.500",
  template: "M5 4h14v16H5zM8 8h8M8 12h8M8 16h5",
  clip: "M19 11.5l-7.3 7.300a4.500 4.500 0 0 1-6.400-6.400l8-8a3 3 0 0 1 4.300 4.300l-7.900 7.900a1.500 1.500 0 0 1-2.200-2.200l7.300-7.200",
  smile: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM8.500 14a4 4 0 0 0 7 0M9 9.500h.01M15 9.500h.01",
  picture: "M4 5h16v14H4zM4 16l4.500-4.500 4 4 2.500-2.500 5 5M15 9h.01",
  bell: "M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15zM10.500 20.500h3",
  teach:
    "M4 5.500h5.500a2.500 2.500 0 0 1 2.500 2.500v11a2 2 0 0 0-2-2H4zM20 5.500h-5.500A2.500 2.500 0 0 0 12 8v11a2 2 0 0 1 2-2h6z",
  again: "M19.500 12a7.500 7.500 0 1 1-2.200-5.300M19.500 4v4.500H15",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  label: "M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01",
  snooze: "M20 14.5A8 8 0 1 1 10 4a6.500 6.500 0 0 0 10 10.5z",
  note: "M5 4h14v11l-5 5H5zM14 20v-5h5M8.5 8.5h7M8.5 12h4",
  mention:
    "M15.5 8.5v5a2.500 2.500 0 0 0 5 0V12a8.500 8.500 0 1 0-3.500 6.900M12 8.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  translate:
    "M4 6h8M8 4v2M10.5 6c-1 4-3.500 6.500-6.500 8M6 9.500c1 2 2.500 3.500 4.500 4.500M12.500 20l3.750-9 3.750 9M13.750 17h5",
  tool: "M14 6a4.5 4.500 0 0 0-4.300 6L4 17.700 6.300 20l5.700-5.700a4.500 4.500 0 0 0 6-5.800l-3 3-2.500-2.500 3-3z",
  copy: "M9 9h10v10H9zM15 9V5H5v10h4",
} as const;

export type IconName = keyof typeof PATHS;

// These point somewhere, and point the other way where one reads from right to left.
const TURNING: ReadonlySet<IconName> = new Set(["back", "send", "leave", "panel", "reply"]);

/** A line drawing beside a word. It is never the only sign, so screen readers pass it by. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={TURNING.has(name) ? "icon turning" : "icon"}>
      <path d={PATHS[name]} />
    </svg>
  );
}
