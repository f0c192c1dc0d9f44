// See subject_names.h.
#include "names/subject_names.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "der/der_reader.h"
#include "identity/prepared_text.h"
#include "identity/string_types.h"

namespace pinlatch::tls {
namespace {

constexpr uint8_t kCommonName[] = {0x55, 0x04, 0x03};
constexpr uint8_t kEmailAddress[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01};

bool IsHostChar(char c) {
  const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '*' || !is_ascii;
}

bool HasLetter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return IsHostChar(c) && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' && c != '*';
  });
}

// The ideographic full stop is a dot to IDNA (RFC 3490 section 3.1).
bool LooksLikeHost(std::string_view run, bool is_all) {
  constexpr std::string_view kFullStop = "\u3002";
  const size_t full_stop = run.rfind(kFullStop);
  const size_t dot = run.rfind('.');
  if (full_stop != std::string_view::npos) return true;
  return dot != std::string_view::npos && (is_all || HasLetter(run.substr(dot + 1)));
}

bool AddAddress(const std::string& text, SubjectNames& into) {
  const std::optional<AddressOctets> address = ParseAddress(text);
  if (!address) return false;
  into.addresses.push_back(*address);
  return true;
}

void AddRun(std::string_view run, bool is_all, SubjectNames& into) {
  while (run.ends_with('.')) run.remove_suffix(1);
  if (AddAddress(std::string(run), into)) {
    if (is_all) into.address_texts.emplace_back(run);
  } else if (LooksLikeHost(run, is_all)) {
    into.hosts.emplace_back(run);
  }
}

void AddCommonName(std::string_view text, SubjectNames& into) {
  while (text.ends_with('\0')) text.remove_suffix(1);
  if (text.find('\0') != std::string_view::npos) {
    into.hosts.emplace_back(text);
    return;
  }
  const std::string name = identity::PrepareText(text).value_or(std::string(text));
  if (name.find(':') != std::string::npos) AddAddress(name, into);  // else it is a run
  for (auto at = name.begin(); at != name.end();) {
    const auto begin = std::find_if(at, name.end(), IsHostChar);
    at = std::find_if_not(begin, name.end(), IsHostChar);
    AddRun({begin, at}, begin == name.begin() && at == name.end(), into);
  }
}

void Add(ByteSpan type, const DerReader::Element& value, SubjectNames& into) {
  const bool is_mailbox = AsText(type) == AsText(kEmailAddress);
  if (!is_mailbox && AsText(type) != AsText(kCommonName)) return;
  std::optional<std::string> text = identity::DecodeDirectoryString(value.tag, value.content);
  if (is_mailbox) {
    into.mailboxes.push_back(std::move(text).value_or(""));
  } else if (text) {
    AddCommonName(*text, into);
  } else {
    into.hosts.emplace_back();
  }
}

}  // namespace

SubjectNames ReadSubjectNames(ByteSpan der) {
  SubjectNames names;
  DerReader name = DerReader(der).Enter(der::kSequence);
  while (name.HasMore()) {
    DerReader rdn = name.Enter(der::kSet);
    while (rdn.HasMore()) {
      DerReader attribute = rdn.Enter(der::kSequence);
      const ByteSpan type = attribute.Take(der::kOid);
      Add(type, attribute.Next(), names);
    }
  }
  return names;
}

}  // namespace pinlatch::tls
