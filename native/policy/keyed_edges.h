// Owns the hash table behind a RouteTable: (node, text) → number, by the text itself or without
// regard to the case of ASCII letters. Pure; lookups allocate nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "match/folded_text.h"

namespace pinlatch::policy {

// PlainText and FoldedText say when two texts are the same.
struct PlainText {
  static size_t Hash(std::string_view text) { return std::hash<std::string_view>()(text); }
  static bool AreSame(std::string_view a, std::string_view b) { return a == b; }
};
struct FoldedText {
  static size_t Hash(std::string_view text) { return HashIgnoringCase(text); }
  static bool AreSame(std::string_view a, std::string_view b) { return EqualIgnoringCase(a, b); }
};

// Edges holds the edges of all nodes in one table, so that a node without edges costs nothing. Only
// configured texts are ever stored: a peer chooses what is looked up, never what a bucket holds.
template <typename Text>
class Edges {
 public:
  // Find returns where the edge `text` of `node` leads.
  std::optional<uint32_t> Find(uint32_t node, std::string_view text) const {
    const auto edge = edges_.find(View{node, text});
    if (edge == edges_.end()) return std::nullopt;
    return edge->second;
  }

  // Add makes the edge lead to `target` and returns `target`, or, where there is one already, what
  // that one leads to.
  uint32_t Add(uint32_t node, std::string_view text, uint32_t target) {
    return edges_.try_emplace(Key{node, std::string(text)}, target).first->second;
  }

 private:
  struct Key {
    uint32_t node;
    std::string text;
  };
  struct View {
    uint32_t node;
    std::string_view text;
    View(uint32_t from, std::string_view by) : node(from), text(by) {}
    View(const Key& key)
        : node(key.node), text(key.text) {}  // NOLINT: implicit, so that Hash and Equal take both
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(const View& edge) const {
      // Multiplied by an odd constant, neighbouring nodes land far apart.
      return Text::Hash(edge.text) ^ (edge.node * size_t{0x9e3779b1});
    }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const View& a, const View& b) const {
      return a.node == b.node && Text::AreSame(a.text, b.text);
    }
  };

  std::unordered_map<Key, uint32_t, Hash, Equal> edges_;
};

using KeyedEdges = Edges<PlainText>;
using FoldedEdges = Edges<FoldedText>;

}  // namespace pinlatch::policy
