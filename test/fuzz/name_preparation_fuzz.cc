// Fuzzes identity::PrepareText, tls::CanonicalName, tls::PlaceOf and tls::ReadSubjectNames. What is
// prepared stays as it is when it is prepared again, whichever way, and whatever RFC 4518 leaves
// out of account; names equal themselves, and each other in both directions.
//
// An input is: one byte for the types of both strings, the length of the first text, then both
// texts. Accepted are two texts of which it is certain whether they are equal.
#include <algorithm>
#include <string>

#include "identity/prepared_text.h"
#include "names/distinguished_name.h"
#include "names/subject_names.h"
#include "outcome.h"

namespace {

using pinlatch::AsBytes;
using pinlatch::AsText;
using pinlatch::ByteSpan;
using pinlatch::fuzz::Outcome;
using pinlatch::fuzz::Require;
using pinlatch::identity::PrepareByTables;
using pinlatch::identity::PrepareText;
using pinlatch::tls::CanonicalName;
using pinlatch::tls::Place;
using pinlatch::tls::PlaceOf;
using pinlatch::tls::ReadSubjectNames;

constexpr size_t kMostBytes = 4096;  // beside ASCII, as prepared_text.h says

bool IsAscii(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string OtherCase(std::string text) {
  for (char& c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) c = static_cast<char>(c ^ 0x20);
  }
  return text;
}

void CheckText(const std::string& text) {
  const auto prepared = PrepareText(text);
  Require(prepared.has_value() || !IsAscii(text));
  if (!prepared) return;
  Require(prepared->size() <= 12 * text.size() + 72);
  if (text.size() <= kMostBytes) Require(PrepareByTables(text) == prepared);
  if (prepared->size() <= kMostBytes) Require(PrepareText(*prepared) == prepared);
  if (text.size() + 2 > kMostBytes) return;
  for (const std::string& same : {OtherCase(text), text + "\t ", " " + text, "\u00ad" + text})
    Require(PrepareText(same) == prepared);
}

std::string Element(int tag, const std::string& content) {
  std::string der(1, static_cast<char>(tag));
  if (content.size() < 0x80) {
    der += static_cast<char>(content.size());
  } else {
    der += content.size() < 0x100 ? "\x81" : "\x82";
    if (content.size() >= 0x100) der += static_cast<char>(content.size() >> 8);
    der += static_cast<char>(content.size());
  }
  return der + content;
}

std::string Rdn(int type, const std::string& value) {
  constexpr int kTypes[] = {0x0c, 0x12, 0x13, 0x14, 0x16, 0x1a, 0x1c, 0x1e};
  const std::string common_name("\x06\x03\x55\x04\x03", 5);
  return Element(0x31, Element(0x30, common_name + Element(kTypes[type & 7], value)));
}

// Each RDN of a subject stands for itself.
void CheckSubject(const std::string& first, const std::string& second) {
  const auto a = ReadSubjectNames(AsBytes(Element(0x30, first)));
  const auto b = ReadSubjectNames(AsBytes(Element(0x30, second)));
  const auto both = ReadSubjectNames(AsBytes(Element(0x30, first + second)));
  Require(both.hosts.size() == a.hosts.size() + b.hosts.size());
  Require(both.mailboxes.size() == a.mailboxes.size() + b.mailboxes.size());
  Require(both.addresses.size() == a.addresses.size() + b.addresses.size());
}

Outcome CheckNames(const std::string& first, const std::string& second) {
  const auto a = CanonicalName(AsBytes(Element(0x30, first)));
  const auto b = CanonicalName(AsBytes(Element(0x30, second)));
  const auto both = CanonicalName(AsBytes(Element(0x30, first + second)));
  Require(both.has_value() == (a.has_value() && b.has_value()));
  if (!both) return Outcome::Refused("not-a-name");
  Require(both == *a + *b);
  Require(PlaceOf(*a, *a) != Place::kOutside && PlaceOf(*both, *a) == PlaceOf(*a, *a));
  Require(PlaceOf(*a, *b) == PlaceOf(*b, *a));
  Require(PlaceOf(*a, *b) != Place::kInside || *a == *b);
  Require(PlaceOf(*a, "") == Place::kInside && PlaceOf(*a, *both) == Place::kOutside);
  CheckSubject(first, second);
  if (PlaceOf(*a, *b) == Place::kUnclear) return Outcome::Refused("unclear");
  return Outcome::Accepted(PlaceOf(*a, *b) == Place::kInside ? "equal" : "unequal");
}

}  // namespace

namespace pinlatch::fuzz {

Outcome Run(ByteSpan input) {
  CanonicalName(input);
  ReadSubjectNames(input);
  if (input.size() < 2 || input.size() > 0x7000) return Outcome::Refused("size");
  const std::string texts(AsText(input.subspan(2)));
  const std::string first = texts.substr(0, input[1]);
  const std::string second = texts.substr(first.size());
  CheckText(first);
  CheckText(second);
  return CheckNames(Rdn(input[0] & 7, first), Rdn(input[0] >> 3 & 7, second));
}

std::vector<std::string_view> MustReach() {
  return {"accept-equal", "accept-unequal", "refuse-unclear"};
}

}  // namespace pinlatch::fuzz
