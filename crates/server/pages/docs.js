// Renders the OpenAPI document. All text from the document enters as text, never as HTML.

const METHODS = ["get", "post", "put", "patch", "delete"];
const about = document.getElementById("about");
const main = document.getElementById("operations");
const contents = document.getElementById("contents");
const find = document.getElementById("find");

/** Makes an element. Strings among `children` become text. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Text whose `code` and lines are kept. */
function prose(text) {
  const paragraphs = (text ?? "").split(/\n\s*\n/).filter((part) => part.trim());
  return paragraphs.map((paragraph) =>
    el("p", {}, paragraph.split(/(`[^`]+`)/).map((part) => (part.startsWith("`") ? el("code", {}, part.slice(1, -1)) : part))),
  );
}

let spec;

function resolve(thing) {
  if (!thing?.$ref) return thing;
  return thing.$ref.slice(2).split("/").reduce((value, key) => value?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], spec);
}

/** The fields of an object, those it takes over from others included. */
function fieldsOf(schema) {
  const whole = resolve(schema) ?? {};
  const fields = (whole.allOf ?? []).flatMap(fieldsOf);
  const required = new Set(whole.required ?? []);
  for (const [name, field] of Object.entries(whole.properties ?? {})) fields.push({ name, field, required: required.has(name) });
  return fields;
}

function alternatives(schema) {
  const whole = resolve(schema) ?? {};
  return whole.oneOf ?? whole.anyOf;
}

function typeOf(schema) {
  const name = schema?.$ref?.split("/").at(-1);
  const whole = resolve(schema) ?? {};
  if (name && whole.type === "object") return name;
  if (alternatives(whole)) return alternatives(whole).map(typeOf).join(" | ");
  const types = [whole.type ?? (whole.properties || whole.allOf ? "object" : "any")].flat();
  return types
    .map((type) => (type === "array" ? `${typeOf(whole.items)}[]` : whole.enum ? whole.enum.map((value) => JSON.stringify(value)).join(" | ") : type))
    .map((type) => (whole.format && type === "string" ? `${type} (${whole.format})` : type))
    .join(" | ");
}

/** A value such as the schema describes, to show and to try out. */
function example(schema, depth = 0) {
  const whole = resolve(schema) ?? {};
  if (whole.example !== undefined) return whole.example;
  if (whole.examples?.length) return whole.examples[0];
  if (whole.enum) return whole.enum[0];
  const choice = alternatives(whole)?.find((one) => resolve(one)?.type !== "null");
  if (choice) return example(choice, depth);
  const type = [whole.type].flat()[0];
  if (type === "array") return depth > 4 ? [] : [example(whole.items, depth + 1)];
  if (type === "object" || whole.properties || whole.allOf) {
    if (depth > 4) return {};
    return Object.fromEntries(fieldsOf(whole).map(({ name, field }) => [name, example(field, depth + 1)]));
  }
  if (type === "string") return whole.format === "uuid" ? "0199c3a4-0000-7000-8000-000000000000" : "…";
  if (type === "integer" || type === "number") return whole.minimum ?? 1;
  return type === "boolean" ? true : null;
}

function fieldTable(schema) {
  const whole = resolve(schema);
  const items = [whole?.type].flat()[0] === "array" ? whole.items : schema;
  const fields = fieldsOf(items);
  if (!fields.length) return el("p", { class: "quiet" }, typeOf(schema));
  const rows = fields.map(({ name, field, required }) =>
    el("tr", {},
      el("td", {}, el("code", {}, name), required ? "" : el("span", { class: "quiet" }, " optional")),
      el("td", {}, el("code", {}, typeOf(field))),
      el("td", {}, prose(field.description ?? resolve(field)?.description)),
    ),
  );
  return table(["Field", "Type", "Meaning"], rows);
}

function table(heads, rows) {
  return el("table", {}, el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, rows));
}

function parameters(operation) {
  const list = (operation.parameters ?? []).map(resolve);
  if (!list.length) return [];
  const rows = list.map((parameter) =>
    el("tr", {},
      el("td", {}, el("code", {}, parameter.name), el("span", { class: "quiet" }, ` ${parameter.in}${parameter.required ? "" : ", optional"}`)),
      el("td", {}, el("code", {}, typeOf(parameter.schema))),
      el("td", {}, prose(parameter.description)),
    ),
  );
  return [el("h4", {}, "Parameters"), table(["Name", "Type", "Meaning"], rows)];
}

function body(operation) {
  const content = resolve(operation.requestBody)?.content;
  if (!content) return [];
  const schema = Object.values(content)[0].schema;
  return [el("h4", {}, `Body (${Object.keys(content)[0]})`), fieldTable(schema)];
}

function answers(operation) {
  return Object.entries(operation.responses ?? {}).map(([status, reference]) => {
    const response = resolve(reference);
    const [, content] = Object.entries(response.content ?? {})[0] ?? [];
    const isProblem = Boolean(response.content?.["application/problem+json"]);
    const line = el("p", {}, el("code", {}, status), " ", response.description ?? "");
    if (isProblem || !content?.schema) return { isProblem, nodes: [line] };
    const shown = el("pre", { tabindex: "0" }, JSON.stringify(example(content.schema), null, 2));
    return { isProblem, nodes: [line, fieldTable(content.schema), el("details", {}, el("summary", {}, "Example"), shown)] };
  });
}

function who(operation) {
  const schemes = (operation.security ?? spec.security ?? []).map((requirement) => Object.keys(requirement));
  if (!schemes.some((names) => names.length)) return "For everybody.";
  const names = schemes.map((scheme) => (scheme.length ? `with ${scheme.join(" and ").replaceAll("_", " ")}` : "without"));
  const line = names.sort().join(", or ");
  return `${line[0].toUpperCase()}${line.slice(1)}.`;
}

function curl(method, path, operation) {
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const parts = ["curl"];
  if (method !== "get") parts.push("-X", method.toUpperCase());
  if ((operation.security ?? []).some((requirement) => "access_token" in requirement)) parts.push("-H", '"Authorization: Bearer $TOKEN"');
  const content = resolve(operation.requestBody)?.content;
  if (content?.["application/json"]) {
    parts.push("-H", quote("Content-Type: application/json"), "-d", quote(JSON.stringify(example(content["application/json"].schema))));
  }
  parts.push(quote(location.origin + path));
  return parts.join(" ");
}

function tryIt(command) {
  const copy = el("button", { type: "button" }, "Copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(command);
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });
  return [el("h4", {}, "Try it ", copy), el("pre", { tabindex: "0" }, command)];
}

function article(id, method, path, operation) {
  const all = answers(operation);
  const problems = all.filter((answer) => answer.isProblem).flatMap((answer) => answer.nodes);
  return el("article", { id },
    el("h3", {}, operation.summary ?? path),
    el("p", { class: "route" }, el("span", { class: `method ${method}` }, method.toUpperCase()), " ", path),
    prose(operation.description),
    el("p", { class: "quiet" }, who(operation)),
    parameters(operation),
    body(operation),
    el("h4", {}, "Answers"),
    all.filter((answer) => !answer.isProblem).flatMap((answer) => answer.nodes),
    problems.length ? el("details", {}, el("summary", {}, "Errors (application/problem+json)"), problems) : null,
    tryIt(curl(method, path, operation)),
  );
}

/** Operations by tag, in the order of the document's tags. */
function groups() {
  const byTag = new Map((spec.tags ?? []).map((tag) => [tag.name, { description: tag.description, operations: [] }]));
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? "other";
      if (!byTag.has(tag)) byTag.set(tag, { operations: [] });
      byTag.get(tag).operations.push({ method, path, operation: item[method] });
    }
  }
  return [...byTag].filter(([, group]) => group.operations.length);
}

function render() {
  about.replaceChildren(
    el("h1", {}, `${spec.info.title} API`),
    el("p", { class: "quiet" }, `Version ${spec.info.version}, OpenAPI ${spec.openapi}: `, el("a", { href: "/api/openapi.json" }, "/api/openapi.json")),
    ...prose(spec.info.description),
  );
  for (const [tag, group] of groups()) {
    const section = el("section", {}, el("h2", {}, tag), prose(group.description));
    const links = el("ul", {});
    for (const { method, path, operation } of group.operations) {
      const id = `${method}${path}`.replace(/[^a-z0-9]+/gi, "-");
      section.append(article(id, method, path, operation));
      const link = el("a", { href: `#${id}` }, el("span", { class: `method ${method}` }, method.toUpperCase()), operation.summary ?? path);
      links.append(el("li", { "data-words": `${path} ${operation.summary ?? ""} ${tag}`.toLowerCase(), "data-of": id }, link));
    }
    main.append(section);
    contents.append(el("li", {}, el("h2", {}, tag), links));
  }
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

find.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of contents.querySelectorAll("[data-words]")) {
    const hidden = !words.every((word) => item.dataset.words.includes(word));
    item.hidden = hidden;
    document.getElementById(item.dataset.of).hidden = hidden;
  }
});

try {
  spec = await (await fetch("/api/openapi.json")).json();
  render();
} catch {
  about.replaceChildren(el("p", { role: "alert" }, "The document could not be loaded. Reload the page to try again."));
}
