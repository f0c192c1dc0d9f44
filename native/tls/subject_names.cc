// See subject_names.h.
#include "tls/subject_names.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "identity/prepared_text.h"
#include "identity/string_types.h"
#include "tls/der_reader.h"

namespace pinlatch::tls {
namespace {

constexpr uint8_t kCommonName[] = {0x55, 0x04, 0x03};
constexpr uint8_t kEmailAddress[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01};

bool IsHostChar(char c) {
  const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '*' || !is_ascii;
}

// `name` is prepared. The ideographic full stop is a dot to IDNA (RFC 3490 section 3.1). A host
// whose last label is a number would be read as an IPv4 address.
bool LooksLikeHost(std::string_view name) {
  const size_t dot = std::min(name.find('.', 1), name.find("\u3002"));
  if (dot == std::string_view::npos || name.ends_with('.')) return false;
  const std::string_view last = name.substr(name.rfind('.') + 1);
  const bool is_number =
      std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
  return !is_number && std::all_of(name.begin(), name.end(), IsHostChar);
}

void AddCommonName(std::string_view text, SubjectNames& into) {
  while (text.ends_with('\0')) text.remove_suffix(1);
  if (text.find('\0') != std::string_view::npos) {
    into.hosts.emplace_back(text);
    return;
  }
  std::string name = identity::PrepareText(text).value_or(std::string(text));
  if (name.ends_with('.')) name.pop_back();
  if (const std::optional<identity::AddressOctets> address = identity::ParseAddress(name)) {
    into.addresses.push_back(*address);
  } else if (LooksLikeHost(name)) {
    into.hosts.push_back(std::move(name));
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
