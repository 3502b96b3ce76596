// What may be done on the screen one is at, for the palette: whoever shows the screen says so.

import { useEffect, useRef } from "react";
import type { IconName } from "../../components/icon.tsx";

export interface Action {
  id: string;
  words: string;
  key?: string;
  sign: IconName;
  act: () => unknown;
}

let current: () => Action[] = () => [];

export const currentActions = (): Action[] => current();

/** Offers actions while the component is there. */
export function useActions(actions: Action[]) {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const offer = () => latest.current;
    current = offer;
    return () => {
      if (current === offer) current = () => [];
    };
  }, []);
}
