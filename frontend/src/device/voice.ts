/** Reading aloud, where the phone can: the system's speech, with a voice of the language. Silence is no error: the text stands on the screen. */

/** Somebody speaking; `stop` is safe at any time. */
export interface Speaking {
  stop(): void;
}
export interface Reading {
  /** Before each line, by its place. */
  readonly line: (at: number) => void;
  /** The last line has been said. */
  readonly done: () => void;
  /** The phone went silent: it has no voice, or lost it. */
  readonly silent: () => void;
}

/** A little slower than speech usually is: it is said in the street, to somebody who hears it for the first time. */
const RATE = 0.9;

/** True where the phone has a voice for this language (`zh`, `en`); voices may come late, so ask again. */
export const hasVoice = (language: string): boolean => voiceOf(language) !== undefined;

/** Some WebViews have none, some a null. */
const speech = (): SpeechSynthesis | undefined =>
  (window.speechSynthesis as SpeechSynthesis | null | undefined) ?? undefined;

function voiceOf(language: string): SpeechSynthesisVoice | undefined {
  const voices = (speech()?.getVoices() ?? []).filter((one) => one.lang.toLowerCase().startsWith(language));
  return voices.find((one) => one.localService) ?? voices[0];
}

/** Call back whenever the phone's voices change. Returns what ends that. */
export function whenVoicesCome(told: () => void): () => void {
  const phone = speech();
  phone?.addEventListener?.("voiceschanged", told);
  return () => phone?.removeEventListener?.("voiceschanged", told);
}

/** Say these lines one after the other. */
export function readAloud(lines: readonly string[], language: string, reading: Reading): Speaking {
  const voice = voiceOf(language);
  if (voice === undefined) {
    reading.silent();
    return { stop: () => undefined };
  }
  let stopped = false;
  const say = (at: number): void => {
    const text = lines[at];
    if (stopped) return;
    if (text === undefined) return reading.done();
    const said = new SpeechSynthesisUtterance(text);
    said.voice = voice;
    said.lang = voice.lang;
    said.rate = RATE;
    said.onend = () => say(at + 1);
    said.onerror = () => {
      if (stopped) return;
      stopped = true;
      reading.silent();
    };
    reading.line(at);
    speechSynthesis.speak(said);
  };
  speechSynthesis.cancel();
  say(0);
  return {
    stop: () => {
      stopped = true;
      speechSynthesis.cancel();
    },
  };
}
