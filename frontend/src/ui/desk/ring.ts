/** The one sound of the desk: two short tones for a task of the highest urgency, once. */

/** Ring. Before the first touch of the page browsers keep silent; the row is there all the same. */
export function ring(): void {
  const context = new AudioContext();
  if (context.state === "suspended") {
    void context.close();
    return;
  }
  const gain = context.createGain();
  gain.gain.value = 0.15;
  gain.connect(context.destination);
  [660, 880].forEach((hertz, at) => {
    const tone = context.createOscillator();
    tone.frequency.value = hertz;
    tone.connect(gain);
    tone.start(context.currentTime + at * 0.25);
    tone.stop(context.currentTime + at * 0.25 + 0.2);
    if (at === 1) tone.onended = () => void context.close();
  });
}
