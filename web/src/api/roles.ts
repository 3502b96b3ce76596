// What a role may do, as the server's table of permissions has it: screens hide what would be refused.

import { useSession } from "./session.ts";

const MANAGERS = ["owner", "admin"];

export function usePermissions() {
  const { role } = useSession().user;
  return { mayReply: role !== "viewer", mayManage: MANAGERS.includes(role) };
}
