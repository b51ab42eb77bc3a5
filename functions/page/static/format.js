/** Numbers, instants, durations in words. Instants are ISO 8601 strings in UTC, `now` is in ms. */

import { texts } from "./texts.js";

const numbers = new Intl.NumberFormat(texts.locale);
const dates = new Intl.DateTimeFormat(texts.locale, {
  dateStyle: "medium", timeStyle: "medium", timeZone: "UTC",
});
const clockTimes = {
  minutes: new Intl.DateTimeFormat(texts.locale, { timeStyle: "short", timeZone: "UTC" }),
  seconds: new Intl.DateTimeFormat(texts.locale, { timeStyle: "medium", timeZone: "UTC" }),
};

export function number(value) {
  return Number.isFinite(value) ? numbers.format(value) : String(value ?? "–");
}

/** "14:05 UTC": the time of day of an instant. */
export function timeOfDay(instant, precision = "minutes") {
  const moment = new Date(instant);
  return Number.isNaN(moment.getTime())
    ? String(instant) : texts.time.utc(clockTimes[precision].format(moment));
}

/** "14:05 UTC", with its date when that is not today's (in UTC). */
export function whenInWords(instant, now) {
  const today = new Date(now).toISOString().slice(0, 10);
  return String(instant).startsWith(today) ? timeOfDay(instant) : absolute(instant);
}

/** "23 Nov 2026, 14:05:09 UTC". */
export function absolute(instant) {
  const moment = new Date(instant);
  return Number.isNaN(moment.getTime()) ? String(instant) : texts.time.utc(dates.format(moment));
}

/** "4 min ago" or "in 40 s"; seconds past are rounded, so that the page does not flicker. */
export function relative(instant, now) {
  const seconds = Math.round((new Date(instant).getTime() - now) / 1000);
  if (Number.isNaN(seconds)) {
    return "";
  }
  if (seconds > 0) {
    return texts.time.ahead(coarse(seconds));
  }
  return seconds > -10 ? texts.time.justNow : texts.time.ago(coarse(-seconds, 10));
}

function coarse(seconds, rounding = 1) {
  const unit = texts.time.units;
  if (seconds < 60) {
    return unit.seconds(Math.floor(seconds / rounding) * rounding);
  }
  if (seconds < 3600) {
    return unit.minutes(Math.floor(seconds / 60));
  }
  return seconds < 86400 * 2
    ? unit.hours(Math.floor(seconds / 3600)) : unit.days(Math.floor(seconds / 86400));
}

/** "3 min 12 s", "2 h 5 min": how long something took. */
export function duration(milliseconds) {
  const unit = texts.time.units;
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) {
    return unit.seconds(seconds);
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return [unit.minutes(minutes), seconds % 60 && unit.seconds(seconds % 60)]
      .filter(Boolean).join(" ");
  }
  const hours = Math.floor(minutes / 60);
  return [unit.hours(hours), minutes % 60 && unit.minutes(minutes % 60)].filter(Boolean).join(" ");
}
