// Templates, filled in. No React, no network.

import type { Schemas } from "../../api/client.ts";
import { coordinatesOf } from "./extras.ts";

export type Template = Schemas["TemplateBody"];
type Parameter = Schemas["ParameterBody"];
type Body = Schemas["SendBody"];

/** What was filled in, by the key of its parameter. A place has a name and an address besides. */
export type Values = Record<string, string>;

export const keyOf = ({ place, index, name }: Parameter) => `${place}.${index}.${name}`;
export const OF_PLACE = ["name", "address"] as const;
export const keyOfPlace = (parameter: Parameter, part: (typeof OF_PLACE)[number]) => `${keyOf(parameter)}.${part}`;

/** Meta refuses these in a parameter. */
const BROKEN = /[\n\t]| {5}/;

/** Whether what stands in a field can be sent. */
export function isFilled(parameter: Parameter, values: Values): boolean {
  const value = values[keyOf(parameter)]?.trim() ?? "";
  if (value === "") return false;
  if (parameter.kind === "location") return coordinatesOf(value) !== null;
  if (["image", "video", "document"].includes(parameter.kind)) return /^https?:\/\/\S+$/.test(value);
  return !BROKEN.test(value);
}

export const isComplete = ({ parameters }: Template, values: Values) => parameters.every((it) => isFilled(it, values));

/** The message that sends a template. */
export function bodyOf(template: Template, values: Values): Body {
  const value = (parameter: Parameter) => values[keyOf(parameter)]?.trim() ?? "";
  const given = (parameter: Parameter) => {
    const said = value(parameter);
    if (parameter.kind === "copy_code") return { type: "coupon_code", coupon_code: said };
    if (parameter.kind === "text" || parameter.kind === "url") {
      const isNamed = parameter.kind === "text" && template.parameter_format === "NAMED";
      return { type: "text", text: said, ...(isNamed && { parameter_name: parameter.name }) };
    }
    if (parameter.kind === "location") return { type: "location", location: placeOf(parameter, values) };
    return { type: parameter.kind, [parameter.kind]: { link: said } };
  };
  const of = (place: string) => template.parameters.filter((it) => it.place === place);
  const component = (type: string) => (of(type).length > 0 ? [{ type, parameters: of(type).map(given) }] : []);
  const buttons = of("button").map((parameter) => ({
    type: "button",
    sub_type: parameter.kind,
    index: String(parameter.index),
    parameters: [given(parameter)],
  }));
  const components = [...component("header"), ...component("body"), ...buttons];
  return {
    type: "template",
    name: template.name,
    language: template.language,
    ...(components.length > 0 && { components }),
  };
}

/** Meta takes its numbers as texts. */
function placeOf(parameter: Parameter, values: Values) {
  const { latitude, longitude } = coordinatesOf(values[keyOf(parameter)] ?? "") ?? { latitude: 0, longitude: 0 };
  const parts = OF_PLACE.map((part) => [part, values[keyOfPlace(parameter, part)]?.trim()] as const);
  const told = Object.fromEntries(parts.filter(([, said]) => said));
  return { latitude: String(latitude), longitude: String(longitude), ...told };
}

export interface Shown {
  header: string | null;
  body: string;
  footer: string | null;
  buttons: string[];
}

/** What the customer will read; a gap stays as it is until it is filled. */
export function shownOf(template: Template, values: Values): Shown {
  const component = (type: string) =>
    template.components.find((it) => String(it["type"]).toUpperCase() === type) as Record<string, unknown> | undefined;
  const fill = (place: string, text: unknown) => {
    if (typeof text !== "string") return null;
    return text.replace(/\{\{\s*([^}]*?)\s*\}\}/g, (gap, name: string) => {
      const value = values[`${place}.0.${name}`]?.trim();
      return value || gap;
    });
  };
  const buttons = component("BUTTONS")?.["buttons"];
  return {
    header: fill("header", component("HEADER")?.["text"]),
    body: fill("body", component("BODY")?.["text"]) ?? template.name,
    footer: fill("footer", component("FOOTER")?.["text"]),
    buttons: Array.isArray(buttons) ? buttons.map((it) => String(it?.text ?? "")).filter(Boolean) : [],
  };
}

/** Those that can be sent and have all the words of `wanted` in their name or text. */
export function matching(templates: Template[], wanted: string): Template[] {
  const words = wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return templates.filter((template) => {
    const shown = shownOf(template, {});
    const text = `${template.name} ${template.language} ${shown.body}`.toLocaleLowerCase();
    return template.is_sendable && words.every((word) => text.includes(word));
  });
}
