// The bot: whether it answers, how long it waits, what it is told, what it knows.

import { get, me, patch, sentence } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { knowledgeList } from "./knowledge.js";
import { confirmed, toast } from "./notice.js";

const SECOND = 1000;
const LONGEST_DELAY_S = 60;
const mayManage = () => ["owner", "admin"].includes(me().user.role);

function switchFor(bot) {
  const state = h("span", { class: "state" });
  const tell = (isOn) => { fill(state, t(isOn ? "bot.on" : "bot.off")); };
  async function toggle(event) {
    const input = event.target;
    try {
      const now = await patch(`/api/bots/${bot.id}`, { enabled: input.checked });
      tell(now.enabled);
    } catch (problem) {
      input.checked = !input.checked;
      toast(sentence(problem));
    }
  }
  tell(bot.enabled);
  return h("label", { class: "switch" },
    h("input", { type: "checkbox", role: "switch", checked: bot.enabled, disabled: !mayManage(), onchange: toggle }),
    icon("ai"), h("span", null, t("bot.answers")), state);
}

function settingsForm(bot, changed) {
  const saved = h("p", { role: "status", class: "hint" });
  const wrong = h("p", { role: "alert", class: "wrong" });
  async function save(event) {
    event.preventDefault();
    const data = new FormData(event.target);
    const delay = Math.round(Number(data.get("delay")) * SECOND);
    // The longest wait is never shorter than the quiet period.
    const body = { name: data.get("name"), instructions: data.get("instructions"), reply_delay_ms: delay, max_wait_ms: Math.max(bot.max_wait_ms, delay) };
    fill(wrong);
    try {
      Object.assign(bot, await patch(`/api/bots/${bot.id}`, body));
      changed(false);
      fill(saved, t("saved"));
    } catch (problem) {
      fill(wrong, sentence(problem));
    }
  }
  const input = (name, attributes) => h("input", { id: `bot-${name}`, name, required: true, ...attributes });
  return h("form", { class: "settings", onsubmit: save, oninput: () => { changed(true); fill(saved); } },
    h("fieldset", { disabled: !mayManage() },
      h("legend", { class: "hidden" }, t("bot.settings")),
      h("div", { class: "field" }, h("label", { for: "bot-name" }, t("bot.name")), input("name", { value: bot.name, maxlength: 100, dir: "auto" })),
      h("div", { class: "field" }, h("label", { for: "bot-instructions" }, t("bot.instructions")),
        h("textarea", { id: "bot-instructions", name: "instructions", rows: 8, maxlength: 20_000, dir: "auto", value: bot.instructions, "aria-describedby": "instructions-hint" }),
        h("p", { class: "hint", id: "instructions-hint" }, t("bot.instructions_hint"))),
      h("div", { class: "field" }, h("label", { for: "bot-delay" }, t("bot.delay")),
        input("delay", { type: "number", min: 0, max: LONGEST_DELAY_S, step: "0.1", value: String(bot.reply_delay_ms / SECOND), "aria-describedby": "delay-hint" }),
        h("p", { class: "hint", id: "delay-hint" }, t("bot.delay_hint"))),
      wrong,
      mayManage() && h("div", { class: "buttons start" }, h("button", { type: "submit", class: "main" }, t("save")), saved)));
}

export function mount(root, { title }) {
  title(t("nav.bot"));
  let unsaved = false;

  const choice = (bots, chosen) => h("label", { class: "field" }, h("span", null, t("bot.choose")),
    h("select", { onchange: async (event) => { if (await mayLeave()) draw(bots, bots.find((bot) => bot.id === event.target.value)); else event.target.value = chosen.id; } },
      bots.map((bot) => h("option", { value: bot.id, selected: bot === chosen }, bot.name))));

  function draw(bots, bot) {
    unsaved = false;
    fill(root, h("div", { class: "page" },
      h("h1", null, t("bot.title")),
      bots.length > 1 && choice(bots, bot),
      switchFor(bot),
      settingsForm(bot, (isUnsaved) => { unsaved = isUnsaved; }),
      knowledgeList(bot.id, mayManage())));
  }

  async function load() {
    try {
      const { items } = await get("/api/bots");
      if (items.length > 0) draw(items, items[0]);
      else fill(root, h("div", { class: "page" }, h("h1", null, t("bot.title")), h("p", null, t("bot.none"))));
    } catch (problem) {
      fill(root, h("div", { class: "page" }, h("p", { class: "wrong", role: "alert" }, sentence(problem)),
        h("button", { type: "button", onclick: load }, t("try_again"))));
    }
  }

  const mayLeave = async () => !unsaved || confirmed(t("unsaved.title"), t("unsaved.text"), t("unsaved.verb"));
  const guard = (event) => { if (unsaved) event.preventDefault(); };
  addEventListener("beforeunload", guard);
  load();
  return { mayLeave, destroy: () => removeEventListener("beforeunload", guard) };
}
