// Marks the rules that can be checked here as they are met, and shows what is typed on demand. The server is the judge.
const form = document.getElementById("password");
const password = document.getElementById("new-password");
const confirmation = document.getElementById("confirm-password");
const match = document.getElementById("match");
const toggle = form.querySelector("[data-toggle-passwords]");
const rules = [...form.querySelectorAll("[data-rule]")];

// As the server counts: code points in the composed form.
const typed = (input) => input.value.normalize("NFC");
const meets = {
  "min-length": (length, value) => length >= value,
  "max-length": (length, value) => length > 0 && length <= value,
};

const judge = () => {
  const length = [...typed(password)].length;
  for (const rule of rules) {
    const met = meets[rule.dataset.rule](length, Number(rule.dataset.value));
    rule.classList.toggle("met", met);
    const words = rule.querySelector("[data-met]");
    words.textContent = met ? ` ${words.dataset.met}` : "";
  }
  compare();
};

const compare = () => {
  const same = typed(password) === typed(confirmation);
  match.classList.toggle("met", same);
  const words = confirmation.value === "" ? "" : same ? match.dataset.match : match.dataset.noMatch;
  // Said once, not with every key.
  if (match.textContent !== words) match.textContent = words;
};

password.addEventListener("input", judge);
confirmation.addEventListener("input", compare);
judge();

toggle.hidden = false;
toggle.addEventListener("click", () => {
  const shown = toggle.getAttribute("aria-pressed") !== "true";
  toggle.setAttribute("aria-pressed", String(shown));
  for (const input of [password, confirmation]) input.type = shown ? "text" : "password";
});
// So that no browser remembers it as an ordinary text.
form.addEventListener("submit", () => {
  for (const input of [password, confirmation]) input.type = "password";
});
