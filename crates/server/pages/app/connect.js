// Connecting WhatsApp: what will happen, the seven steps as they happen, the numbers that work.

import { get, me, post, sentence } from "./api.js";
import { demo, phoneLink } from "./demo.js";
import { fill, h, icon } from "./dom.js";
import { ago, t, time } from "./i18n.js";
import { toast } from "./notice.js";

const SIGNS = { pending: "circle", running: "clock", done: "tick", failed: "alert" };
const mayManage = () => ["owner", "admin"].includes(me().user.role);

async function begin(event) {
  const button = event.currentTarget;
  button.disabled = true;
  try {
    const { oauth_url: url } = await post("/api/onboarding/whatsapp/start");
    location.assign(url);
  } catch (problem) {
    button.disabled = false;
    toast(sentence(problem));
  }
}

function stepItem({ step, state, at, error, meta }) {
  return h("li", { class: state, "data-step": step },
    icon(SIGNS[state]),
    h("div", null,
      h("strong", null, t(`step.${step}`)),
      h("span", { class: "state" }, t(`state.${state}`), at && [" · ", time(at, ago(at))]),
      error && h("p", { class: "error", dir: "auto" }, error),
      meta && h("details", null, h("summary", null, t("meta_said")), h("p", { dir: "auto" }, said(meta)))));
}

const said = ({ message, code, fbtrace_id: trace }) =>
  [message, code !== null && code !== undefined && t("meta_code", { code: String(code) }), trace && `fbtrace_id ${trace}`].filter(Boolean).join(" · ");

function numberItem(number, found) {
  const link = found
    ? h("a", { class: "button main", href: phoneLink(found, number.phone_number_id), target: "_blank", rel: "noopener" }, t("connect.open_phone"))
    : h("a", { class: "button", href: `https://wa.me/${number.display_phone_number.replace(/\D/g, "")}`, target: "_blank", rel: "noopener" }, t("connect.write"));
  return h("li", { class: number.status },
    icon(number.status === "connected" ? "tick" : "alert"),
    h("div", null,
      h("strong", null, h("bdi", { dir: "ltr" }, number.display_phone_number)),
      h("span", { class: "state" }, number.verified_name && [h("bdi", null, number.verified_name), " · "], t(`number.${number.status}`)),
      number.problem && h("p", { class: "error", dir: "auto" }, number.problem),
      !number.bot_id && h("p", { class: "hint" }, t("number.no_bot"))),
    number.status === "connected" && link);
}

function before() {
  const list = (keys) => h("ul", null, keys.map((key) => h("li", null, t(key))));
  return h("section", { class: "before" },
    h("h2", null, t("connect.what")), list(["connect.what_1", "connect.what_2", "connect.what_3"]),
    h("h2", null, t("connect.need")), list(["connect.need_1", "connect.need_2"]),
    h("p", { class: "hint" }, t("connect.takes")));
}

export function mount(root, { outcome, title }) {
  title(t("nav.connect"));
  let last = "";

  async function retry(event) {
    event.currentTarget.disabled = true;
    // Where a step fails again, the list of steps says so, better than a notice.
    await post("/api/onboarding/whatsapp/retry", {}).catch((problem) => {
      if (problem.code !== "connection_stopped") toast(sentence(problem));
    });
    last = "";
    await load();
  }

  function buttons(status) {
    if (!mayManage()) return h("p", { class: "hint" }, t("connect.not_yours"));
    const verb = status.connected ? "connect.another" : status.status === "not_connected" ? "connect.verb" : "connect.again";
    const first = !status.connected && !status.can_retry;
    return h("div", { class: "buttons" },
      status.can_retry && h("button", { type: "button", class: "main", onclick: retry }, t("connect.retry")),
      h("button", { type: "button", class: first ? "main" : "", onclick: begin }, t(verb)));
  }

  function draw(status, numbers, found) {
    const failed = status.steps.some((step) => step.state === "failed");
    const begun = status.steps.some((step) => step.state !== "pending");
    const words = status.connected ? "connect.lead_done" : failed ? "connect.lead_failed" : begun ? "connect.lead_running" : "connect.lead";
    fill(root, h("div", { class: "page" },
      h("h1", null, t("connect.title")),
      h("p", { class: "lead" }, t(words)),
      outcome === "failed" && !failed && !status.connected && h("p", { class: "wrong", role: "alert" }, t("connect.stopped")),
      numbers.length > 0 && h("ul", { class: "numbers", "aria-label": t("connect.numbers") }, numbers.map((number) => numberItem(number, found))),
      status.connected && h("p", null, h("a", { href: "#/inbox" }, t("connect.to_inbox"))),
      !begun && before(),
      begun && h("ol", { class: "steps", "aria-label": t("connect.steps"), "aria-live": "polite" }, status.steps.map(stepItem)),
      buttons(status)));
  }

  async function load() {
    try {
      const [status, { items }, found] = await Promise.all([get("/api/onboarding/whatsapp/status"), get("/api/numbers"), demo]);
      // Drawn only when something changed: what has the focus stays where it is.
      const now = JSON.stringify([status, items]);
      if (now === last) return;
      last = now;
      draw(status, items, found);
    } catch (problem) {
      fill(root, h("div", { class: "page" }, h("p", { class: "wrong", role: "alert" }, sentence(problem)),
        h("button", { type: "button", onclick: load }, t("try_again"))));
    }
  }

  load();
  return { changed: (kind) => { if (kind === "onboarding.updated" || kind === "number.updated") load(); } };
}
