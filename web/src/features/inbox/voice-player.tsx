import { useEffect, useRef, useState } from "react";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { Unread } from "./attachment.tsx";
import { type Media, useFile } from "./files.ts";
import { minutes, nextSpeed, type Speed } from "./playing.ts";

/** What is small is read at once, so that one sees how long it is. */
const SMALL_BYTES = 512 * 1024;
const STEP_S = 5;

/** Sound: played, paused, sought in, and sped up. */
export function VoicePlayer({ media, isVoice, label }: { media: Media; isVoice: boolean; label: string }) {
  const { t } = useI18n();
  const [isWanted, setIsWanted] = useState((media.size ?? 0) <= SMALL_BYTES);
  const { address, isError, refetch } = useFile(media, isWanted);
  const audio = useRef<HTMLAudioElement>(null);
  const [isPlaying, setIsPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(0);
  const [speed, setSpeed] = useState<Speed>(1);
  const [isBroken, setIsBroken] = useState(false);
  const startsAtOnce = useRef(false);
  useEffect(() => {
    if (address && startsAtOnce.current) audio.current?.play().catch(() => setIsBroken(true));
  }, [address]);

  if (isError) return <Unread retry={refetch} />;

  function toggle() {
    const element = audio.current;
    if (!address || !element) {
      startsAtOnce.current = true;
      setIsWanted(true);
    } else if (element.paused) element.play().catch(() => setIsBroken(true));
    else element.pause();
  }
  function seek(to: number) {
    if (audio.current) audio.current.currentTime = to;
    setAt(to);
  }
  function speedUp() {
    const next = nextSpeed(speed);
    if (audio.current) audio.current.playbackRate = next;
    setSpeed(next);
  }
  function ended() {
    setIsPlaying(false);
    seek(0);
  }

  const isLoading = isWanted && !address;
  return (
    <div className="voice">
      <button
        type="button"
        className="play"
        onClick={toggle}
        disabled={isLoading || isBroken}
        aria-label={`${t(isPlaying ? "voice.pause" : "voice.play")}: ${label}`}
      >
        <Icon name={isLoading ? "clock" : isPlaying ? "pause" : "play"} />
      </button>
      {isBroken ? (
        <p className="soft">{t("voice.broken")}</p>
      ) : (
        <>
          <input
            type="range"
            min={0}
            max={length || 1}
            step={0.1}
            value={at}
            disabled={!address}
            aria-label={t("voice.position")}
            aria-valuetext={minutes(at)}
            onChange={({ target }) => seek(Number(target.value))}
            onKeyDown={(event) => {
              const isForwards = event.key === "ArrowRight" || event.key === "ArrowUp";
              if (!isForwards && event.key !== "ArrowLeft" && event.key !== "ArrowDown") return;
              event.preventDefault();
              seek(Math.min(Math.max(at + (isForwards ? STEP_S : -STEP_S), 0), length));
            }}
          />
          <span className="time">{isPlaying || at > 0 || !length ? minutes(at) : minutes(length)}</span>
          <button type="button" className="plain speed" onClick={speedUp} aria-label={t("voice.speed", { speed })}>
            {speed}×
          </button>
          {isVoice && <Icon name="microphone" />}
        </>
      )}
      {address && (
        // biome-ignore lint/a11y/useMediaCaption: customers speak without captions
        <audio
          ref={audio}
          src={address}
          preload="metadata"
          onPlay={() => setIsPlaying(true)}
          onPause={() => setIsPlaying(false)}
          onEnded={ended}
          onError={() => setIsBroken(true)}
          onTimeUpdate={({ currentTarget }) => setAt(currentTarget.currentTime)}
          onDurationChange={({ currentTarget: { duration } }) => setLength(Number.isFinite(duration) ? duration : 0)}
        />
      )}
    </div>
  );
}
