// Solves an ALTCHA challenge (PBKDF2 by WebCrypto) and goes on by itself. Where that cannot be done, the page's wait stands.
const form = document.getElementById("work");
const answer = form.querySelector("[data-challenge]");
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function solve({ algorithm, nonce, salt, cost, keyLength, keyPrefix }) {
  const [, hash] = algorithm.split("/");
  const start = fromHex(nonce);
  const secret = new Uint8Array(start.length + 4);
  secret.set(start);
  const counted = new DataView(secret.buffer);
  for (let counter = 0; ; counter++) {
    counted.setUint32(start.length, counter);
    const key = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
    const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash, salt: fromHex(salt), iterations: cost }, key, keyLength * 8);
    const derivedKey = toHex(new Uint8Array(bits));
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
  }
}

const challenge = JSON.parse(answer.dataset.challenge);
if (globalThis.crypto?.subtle !== undefined && challenge.parameters.algorithm.startsWith("PBKDF2/")) {
  const working = document.querySelector("[data-work-solving]");
  const waiting = document.querySelector("[data-work-wait]");
  const button = form.querySelector("button");
  for (const part of [waiting, button]) part.hidden = true;
  working.hidden = false;
  try {
    const solution = await solve(challenge.parameters);
    answer.value = btoa(JSON.stringify({ challenge, solution }));
    form.submit();
  } catch {
    for (const part of [waiting, button]) part.hidden = false;
    working.hidden = true;
  }
}
