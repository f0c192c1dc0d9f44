// Owns the names of the document while it is being decoded: who is called what, and at which index.
// Nothing of it outlives Decode.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pinlatch::snapshot {

// NameTable maps the names of one kind of thing to their indices, in the order in which they were
// added.
class NameTable {
 public:
  // `kind` is one of these things in words, e.g. "a listener"; it must outlive the table.
  explicit NameTable(std::string_view kind) : kind_(kind) {}

  std::string_view kind() const { return kind_; }

  // Add gives `name` the next index; false when it is taken.
  bool Add(std::string_view name) {
    return indices_.emplace(name, static_cast<uint32_t>(indices_.size())).second;
  }

  // IndexWith returns the index of `name`, which it adds where it is new.
  uint32_t IndexWith(std::string_view name) {
    return indices_.emplace(name, static_cast<uint32_t>(indices_.size())).first->second;
  }

  // ToList has every name at its index.
  std::vector<std::string> ToList() const {
    std::vector<std::string> names(indices_.size());
    for (const auto& [name, index] : indices_) names[index] = name;
    return names;
  }

  // IndexOf returns nothing for a name that was not added.
  std::optional<uint32_t> IndexOf(std::string_view name) const {
    const auto found = indices_.find(name);
    if (found == indices_.end()) return std::nullopt;
    return found->second;
  }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
  };

  std::string_view kind_;
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> indices_;
};

struct Names {
  NameTable trust{"a trust bundle"};
  NameTable clients{"a client"};
  NameTable applications{"an application"};
  NameTable scopes{"a scope"};
  NameTable upstreams{"an upstream"};
  NameTable listeners{"a listener"};
  NameTable routes{"a route"};
};

}  // namespace pinlatch::snapshot
