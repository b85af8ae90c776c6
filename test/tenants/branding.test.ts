import t from "tap";
import { accentStyle, contrast, faultOfAccent, faultOfLogo } from "../../src/tenants/branding.ts";
import { png } from "./png.ts";

t.test("contrast as WCAG counts it", async (t) => {
  t.equal(contrast("#000000", "#ffffff"), 21);
  t.equal(contrast("#ffffff", "#ffffff"), 1);
  t.equal(contrast("#777777", "#ffffff").toFixed(2), "4.48", "the grey that just fails");
  t.equal(contrast("#ffffff", "#777777"), contrast("#777777", "#ffffff"));
});

t.test("an accent must be readable on our page", async (t) => {
  for (const color of ["#0f5e5a", "#000000", "#7a1f5c", "#0b57d0"]) t.equal(faultOfAccent(color), null, color);
  for (const color of ["#ffffff", "#ffcc00", "#777777", "#82d6ca"])
    t.match(faultOfAccent(color), /^is too light: its contrast.* 4\.5:1 is needed$/, color);
  for (const color of ["red", "#fff", "#0F5E5A", "#0f5e5a;}", "", "#0f5e5g"])
    t.equal(faultOfAccent(color), "must be written as #rrggbb", color);
});

t.test("its style sheet is readable in the light and in the dark, whatever the colour", async (t) => {
  for (const color of ["#000000", "#0f5e5a", "#7a1f5c", "#0000ff", "#5a0000"]) {
    const style = accentStyle(color);
    const [light = "", dark = ""] = style.split("@media");
    const value = (text: string, name: string) => new RegExp(`--${name}:(#[0-9a-f]{6})`).exec(text)?.[1] ?? "";
    for (const name of ["accent", "accent-hover"]) {
      t.ok(contrast(value(light, name), "#f3f5f6") >= 4.5, `${color} ${name} in the light`);
      t.ok(contrast(value(light, "on-accent"), value(light, name)) >= 4.5, `${color} on ${name} in the light`);
      t.ok(contrast(value(dark, name), "#182125") >= 4.5, `${color} ${name} in the dark`);
      t.ok(contrast(value(dark, "on-accent"), value(dark, name)) >= 4.5, `${color} on ${name} in the dark`);
    }
    t.notMatch(style, /url|import|expression/);
  }
});

t.test("a logo is a PNG and nothing else, of a size that a page can bear", async (t) => {
  t.equal(faultOfLogo(png(64, 32)), null);
  t.equal(faultOfLogo(png(1025, 1)), "must be 1024 by 1024 pixels at most");
  t.equal(faultOfLogo(png(0, 1)), "must be 1024 by 1024 pixels at most");
  t.equal(faultOfLogo(Buffer.concat([png(1, 1), Buffer.from("<script>")])), "must be a PNG picture", "nothing hangs on behind");
  t.equal(faultOfLogo(Buffer.from("<svg onload=alert(1)>".repeat(9))), "must be a PNG picture");
  t.equal(faultOfLogo(Buffer.alloc(0)), "must be a PNG picture");
  t.equal(faultOfLogo(Buffer.concat([png(1, 1).subarray(0, -12), Buffer.alloc(65_536)])), "must be 64 KB at most");
});
