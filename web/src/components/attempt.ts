import { useState } from "react";
import { Problem } from "../api/problem.ts";

/** What a form sends: whether it is under way, and why it was not taken. */
export function useAttempt() {
  const [problem, setProblem] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);

  /** Whether it was done. */
  async function attempt(action: () => Promise<unknown>): Promise<boolean> {
    setProblem(null);
    setIsBusy(true);
    try {
      await action();
      return true;
    } catch (failure) {
      setProblem(failure);
      return false;
    } finally {
      setIsBusy(false);
    }
  }

  return { problem, isBusy, attempt };
}

/** What is wrong with one field. */
export const errorOf = (problem: unknown, field: string) =>
  problem instanceof Problem ? problem.errors.find((error) => error.field === field)?.message : undefined;
