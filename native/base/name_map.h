// Owns NameMap: what belongs to which server name. "*.example.com" is every name with exactly one
// label in front, and an exact name comes before it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace pinlatch::tls {

template <typename T>
class NameMap {
 public:
  // At returns the value of a name or of a wildcard as it is written, adding an empty one.
  T& At(std::string_view pattern) {
    const bool is_wildcard = pattern.starts_with("*.");
    return (is_wildcard ? wildcards_ : exact_)[std::string(pattern.substr(is_wildcard ? 1 : 0))];
  }

  // Find returns what belongs to a name, lower case, or nullptr. Allocates nothing.
  const T* Find(std::string_view name) const {
    if (empty()) return nullptr;  // as most are: nothing to hash for
    if (const auto found = exact_.find(name); found != exact_.end()) return &found->second;
    const size_t dot = name.find('.');
    if (dot == std::string_view::npos || dot == 0) return nullptr;
    const auto found = wildcards_.find(name.substr(dot));
    return found == wildcards_.end() ? nullptr : &found->second;
  }

  bool empty() const { return exact_.empty() && wildcards_.empty(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
  };
  using Map = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

  Map exact_;
  Map wildcards_;  // by what follows the star: ".example.com"
};

}  // namespace pinlatch::tls
