// Owns the list of header fields and the comparison of names and list elements.
#include "http/chars.h"
#include "http/head.h"
#include "http/list.h"

namespace pinlatch::http {

bool Fields::Add(Field field) {
  if (count_ == kMaxFields) return false;
  if (first_connection_ == kMaxFields && EqualsIgnoringCase(field.name, "connection")) {
    first_connection_ = count_;
  }
  fields_[count_++] = field;
  return true;
}

const Field* Fields::Find(std::string_view name) const {
  for (const Field& field : all()) {
    if (EqualsIgnoringCase(field.name, name)) return &field;
  }
  return nullptr;
}

size_t Fields::Count(std::string_view name) const {
  size_t count = 0;
  for (const Field& field : all()) {
    if (EqualsIgnoringCase(field.name, name)) ++count;
  }
  return count;
}

bool SameFolded(const char* a, const char* b, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i] && Lower(a[i]) != Lower(b[i])) return false;
  }
  return true;
}

std::string_view TakeElement(std::string_view& list) {
  size_t at = 0;
  bool quoted = false;
  for (; at < list.size(); ++at) {
    const char c = list[at];
    if (quoted && c == '\\') {
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      break;
    }
  }
  // An escape at the very end of an open quoted string runs past it.
  if (at > list.size()) at = list.size();
  const std::string_view element = Trim(list.substr(0, at));
  list.remove_prefix(at < list.size() ? at + 1 : at);
  return element;
}

bool ListHasToken(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    if (EqualsIgnoringCase(TakeElement(list), token)) return !token.empty();
  }
  return false;
}

}  // namespace pinlatch::http
