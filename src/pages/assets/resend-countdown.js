// Counts down to the moment from which the server gives a new code, as the server has said it; until then the button rests.
const place = document.querySelector("[data-resend-in]");
if (place !== null) {
  const wait = place.querySelector("[data-resend-wait]");
  const left = place.querySelector("[data-resend-left]");
  const now = place.querySelector("[data-resend-now]");
  const button = place.querySelector("[data-resend-button]");
  const end = Date.now() + Number(place.dataset.resendIn) * 1000;

  const show = () => {
    const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds > 0) return;
    clearInterval(ticking);
    wait.hidden = true;
    button.disabled = false;
    if (now === null) return;
    now.hidden = false;
    // Filled in only now, so that a screen reader says it.
    now.textContent = button.dataset.resendWords;
  };
  button.disabled = true;
  const ticking = setInterval(show, 500);
  show();
}
