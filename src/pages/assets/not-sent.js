// Asks now and then whether the code could be sent, and says so where it could not. Without script a link draws the page anew.
const notice = document.querySelector("[data-not-sent]");
if (notice !== null) {
  const link = document.querySelector("[data-not-sent-look]");
  const waits = [1, 2, 4, 8, 15, 15, 15];

  const look = async () => {
    const answer = await fetch("/reset/not-sent").catch(() => null);
    if (answer?.ok && (await answer.json()).notSent) {
      // Filled in only now, so that a screen reader says it.
      notice.hidden = false;
      notice.textContent = notice.dataset.notSent;
      document.querySelector("[data-under-way]").hidden = true;
    } else later();
  };
  const later = () => {
    const seconds = waits.shift();
    if (seconds !== undefined) setTimeout(look, seconds * 1000);
    else link.hidden = false;
  };
  link.hidden = true;
  later();
}
