// Which roles one may give, as the server has it: none that is stronger than one's own.

/** The strongest first. */
export const ROLES = ["owner", "admin", "operator", "viewer"] as const;
export type Role = (typeof ROLES)[number];

const strengthOf = (role: string) => (ROLES as readonly string[]).indexOf(role);

/** The roles that somebody with the role `own` may give. A role we do not know gives none. */
export const rolesToGive = (own: string): Role[] => (strengthOf(own) < 0 ? [] : ROLES.slice(strengthOf(own)));

/** Whether somebody with the role `own` may change or remove who has the role `other`. */
export const mayChange = (own: string, other: string) => rolesToGive(own).some((role) => role === other);
