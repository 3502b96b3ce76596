// Every text, for tests.

import { ar as firstAr } from "./ar.ts";
import type { Dictionary } from "./dictionary.ts";
import { en } from "./en.ts";
import { studioAr } from "./studio.ar.ts";
import { studioEn } from "./studio.en.ts";
import { studioTr } from "./studio.tr.ts";
import { tr as firstTr } from "./tr.ts";

export const english: Dictionary = { ...en, ...studioEn };
export const turkish: Dictionary = { ...firstTr, ...studioTr };
export const arabic: Dictionary = { ...firstAr, ...studioAr };
