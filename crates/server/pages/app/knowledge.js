// What a bot knows: questions with answers, and texts.

import { get, patch, post, remove, sentence } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { confirmed, openDialog, toast } from "./notice.js";

const FIELDS = {
  qa: [{ name: "question", maxlength: 1000 }, { name: "answer", maxlength: 4000, rows: 5 }],
  text: [{ name: "title", maxlength: 200 }, { name: "text", maxlength: 200_000, rows: 10 }],
};
const headOf = (item) => (item.type === "qa" ? item.question : item.title);
const bodyOf = (item) => (item.type === "qa" ? item.answer : item.text);

function fieldsOf(type, item) {
  return FIELDS[type].map(({ name, rows, maxlength }) => {
    const attributes = { id: `item-${name}`, name, maxlength, required: true, dir: "auto", value: item?.[name] ?? "" };
    return h("div", { class: "field" }, h("label", { for: `item-${name}` }, t(`knowledge.${name}`)),
      rows ? h("textarea", { rows, ...attributes }) : h("input", { type: "text", ...attributes }));
  });
}

/** The kind of a new item; an item that is there keeps its own. */
function kindChoice(choose) {
  const kind = (type, checked) => h("label", null,
    h("input", { type: "radio", name: "type", value: type, checked, onchange: () => choose(type) }), t(`knowledge.${type}`));
  return h("fieldset", { class: "kinds" }, h("legend", null, t("knowledge.kind")), kind("qa", true), kind("text", false));
}

function edit(path, item, done) {
  let type = item?.type ?? "qa";
  const fields = h("div", null, fieldsOf(type, item));
  const wrong = h("p", { class: "wrong", role: "alert" });
  openDialog(t(item ? "knowledge.edit" : "knowledge.add"), (close) => {
    async function save(event) {
      event.preventDefault();
      const data = new FormData(event.target);
      const body = Object.fromEntries(FIELDS[type].map(({ name }) => [name, data.get(name)]));
      try {
        if (item) await patch(`${path}/${item.id}`, body);
        else await post(path, { type, ...body });
        close();
        done();
      } catch (problem) {
        fill(wrong, sentence(problem));
      }
    }
    const choose = (chosen) => { type = chosen; fill(fields, fieldsOf(type)); };
    return [h("form", { method: "dialog", onsubmit: save },
      !item && kindChoice(choose), fields, wrong,
      h("div", { class: "buttons" }, h("button", { type: "button", onclick: close }, t("cancel")), h("button", { type: "submit", class: "main" }, t("save"))))];
  });
}

export function knowledgeList(botId, mayManage) {
  const path = `/api/bots/${botId}/knowledge`;
  const list = h("ul", { class: "knowledge" });
  const more = h("div");

  async function discard(item) {
    if (!(await confirmed(t("knowledge.delete_title"), headOf(item), t("delete")))) return;
    try {
      await remove(`${path}/${item.id}`);
      await load();
    } catch (problem) {
      toast(sentence(problem));
    }
  }

  const iconButton = (sign, words, item, act) => h("button", { type: "button", class: "plain", title: words, onclick: () => act(item) },
    icon(sign), h("span", { class: "hidden" }, `${words}: ${headOf(item)}`));

  const row = (item) => h("li", null,
    h("div", null, h("strong", { dir: "auto" }, headOf(item)), h("p", { dir: "auto" }, bodyOf(item))),
    mayManage && iconButton("edit", t("edit"), item, () => edit(path, item, load)),
    mayManage && iconButton("trash", t("delete"), item, discard));

  async function load(cursor) {
    try {
      const query = new URLSearchParams({ limit: "100", ...(cursor ? { cursor } : {}) });
      const page = await get(`${path}?${query}`);
      if (!cursor) fill(list);
      list.append(...page.items.map(row));
      if (list.children.length === 0) fill(list, h("li", { class: "empty" }, t("knowledge.empty")));
      fill(more, page.next_cursor && h("button", { type: "button", onclick: () => load(page.next_cursor) }, t("more")));
    } catch (problem) {
      fill(more, h("p", { class: "wrong", role: "alert" }, sentence(problem)), h("button", { type: "button", onclick: () => load(cursor) }, t("try_again")));
    }
  }

  load();
  return h("section", { "aria-labelledby": "knowledge-title" },
    h("div", { class: "head" }, h("h2", { id: "knowledge-title" }, t("knowledge.heading")),
      mayManage && h("button", { type: "button", onclick: () => edit(path, null, load) }, icon("plus"), t("knowledge.add"))),
    h("p", { class: "hint" }, t("knowledge.hint")), list, more);
}
