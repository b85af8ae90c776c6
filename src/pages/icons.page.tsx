/** Drawn here, so that no page loads a picture. Each is 24 by 24, in the colour of the text around it, and silent: words stand beside it. */
const PATHS = {
  key: "M14.5 3.5a6 6 0 1 0-4.2 10.2L12 15.5h2v2h2v2h4v-3.6l-5.9-5.9a6 6 0 0 0 .4-6.5ZM8 7.2a.8.8 0 1 1 0 1.6.8.8 0 0 1 0-1.6Z",
  mail: "M3.5 6.5a1 1 0 0 1 1-1h15a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1v-11Zm.5.3 8 6.2 8-6.2",
  message:
    "M4.5 4.5h15a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H11l-4.5 3.5v-3.5h-2a1 1 0 0 1-1-1v-10a1 1 0 0 1 1-1ZM8 10.5h.01M12 10.5h.01M16 10.5h.01",
  call: "M6 3.5h3l1.6 4.3-2 1.5a12 12 0 0 0 6.1 6.1l1.5-2 4.3 1.6v3a2 2 0 0 1-2.2 2C10.8 19.4 4.6 13.2 4 5.7a2 2 0 0 1 2-2.2Z",
  app: "M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16A1.5 1.5 0 0 1 16 21.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5ZM9.5 12l1.8 1.8 3.4-3.6M11 18.5h2",
  list: "M5.5 3.5h13v17h-13v-17ZM8.5 8h7M8.5 12h7M8.5 16h4",
  done: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm-4 9.3 2.8 2.8 5.4-5.9",
  shield: "M12 3l7 2.5v5.5c0 4.6-2.9 8-7 10-4.1-2-7-5.4-7-10V5.5L12 3Zm0 5v5M12 16h.01",
  clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm0 4.5V12l3 2",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, large = false }: { name: IconName; large?: boolean }) {
  return (
    <svg class={large ? "icon large" : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
