// Two soft tones, made here: no file is loaded for them.

const FIRST_HZ = 660;
const SECOND_HZ = 880;
const TONE_S = 0.14;
const LOUDNESS = 0.08;
/** News of one moment sounds once. */
const APART_MS = 2_000;

let context: AudioContext | null = null;
let last = 0;

/** Browsers are silent until somebody has touched the page; then nothing is heard, and nothing breaks. */
export function chime(now: number = Date.now()) {
  if (now - last < APART_MS) return;
  last = now;
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") context.resume().catch(() => null);
    tone(context, FIRST_HZ, context.currentTime);
    tone(context, SECOND_HZ, context.currentTime + TONE_S);
  } catch {
    // No sound here: what is to be told is shown as well.
  }
}

function tone(on: AudioContext, hertz: number, at: number) {
  const [oscillator, gain] = [on.createOscillator(), on.createGain()];
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + TONE_S);
  oscillator.connect(gain).connect(on.destination);
  oscillator.start(at);
  oscillator.stop(at + TONE_S);
}
