import { api, dataOf, type Schemas } from "../../api/client.ts";
import type { Tool } from "./tool-values.ts";

/** Stores a tool; `tool`: in the place of what it was, null: as a new one. */
export function storeTool(botId: string, tool: Tool | null, body: Schemas["ToolFields"]): Promise<Tool> {
  if (!tool) return dataOf(api.POST("/api/bots/{id}/tools", { params: { path: { id: botId } }, body }));
  const path = { id: botId, item_id: tool.id };
  return dataOf(api.PUT("/api/bots/{id}/tools/{item_id}", { params: { path }, body }));
}
