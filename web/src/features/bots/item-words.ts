import type { Schemas } from "../../api/client.ts";

export type KnowledgeItem = Schemas["KnowledgeBody"];

export const headOf = (item: KnowledgeItem) => (item.type === "qa" ? item.question : item.title);
export const bodyOf = (item: KnowledgeItem) =>
  item.type === "qa" ? item.answer : item.type === "site" ? "" : item.text;
