// Owns the Date field.
#include <algorithm>
#include <array>
#include <cstring>

#include "http/writer.h"

namespace pinlatch::http {
namespace {

constexpr size_t kDateSize = 29;  // "Sun, 06 Nov 1994 08:49:37 GMT"
constexpr UnixSeconds kSecondsPerDay = 24 * 60 * 60;
constexpr UnixSeconds kLastSecond =
    253402300799;  // 9999-12-31T23:59:59Z, the last that has four digits

struct CivilDate {
  int64_t year;
  size_t month;  // 1..12
  size_t day;    // 1..31
};

// ToCivil turns days since 1970-01-01 into a date of the Gregorian calendar, counting in eras of
// 400 years from 0000-03-01, so that the leap day is the last of its year.
CivilDate ToCivil(int64_t days) {
  const int64_t shifted = days + 719468;
  const int64_t era = shifted / 146097;
  const int64_t day_of_era = shifted - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return {year, static_cast<size_t>(month), static_cast<size_t>(day)};
}

void WriteTwoDigits(char* into, size_t value) {
  into[0] = static_cast<char>('0' + value / 10);
  into[1] = static_cast<char>('0' + value % 10);
}

void WriteDate(UnixSeconds now, char* into) {
  constexpr char kDays[] = "ThuFriSatSunMonTueWed";  // 1970-01-01 was a Thursday
  constexpr char kMonths[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  // A board whose clock was never set may claim anything; what has no IMF-fixdate is moved to the
  // nearest that has.
  now = std::clamp<UnixSeconds>(now, 0, kLastSecond);
  const int64_t days = now / kSecondsPerDay;
  const auto second = static_cast<size_t>(now % kSecondsPerDay);
  const CivilDate date = ToCivil(days);
  const auto year = static_cast<size_t>(date.year);
  std::memcpy(into, "Thu, 00 Jan 0000 00:00:00 GMT", kDateSize);
  std::memcpy(into, kDays + days % 7 * 3, 3);
  WriteTwoDigits(into + 5, date.day);
  std::memcpy(into + 8, kMonths + (date.month - 1) * 3, 3);
  WriteTwoDigits(into + 12, year / 100);
  WriteTwoDigits(into + 14, year % 100);
  WriteTwoDigits(into + 17, second / 3600);
  WriteTwoDigits(into + 20, second / 60 % 60);
  WriteTwoDigits(into + 23, second % 60);
}

struct CachedDate {
  UnixSeconds second = -1;
  std::array<char, kDateSize> text{};
};

}  // namespace

std::string_view DateText(UnixSeconds now) {
  thread_local CachedDate cached;
  if (cached.second != now || now < 0) {
    WriteDate(now, cached.text.data());
    cached.second = now;
  }
  return {cached.text.data(), cached.text.size()};
}

void AppendDate(ByteBuffer& out, UnixSeconds now) { AppendField(out, "Date", DateText(now)); }

}  // namespace pinlatch::http
