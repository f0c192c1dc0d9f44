// Owns PathTree: the path patterns of all hosts as one arena of nodes. A host is a root, a path
// segment an edge, and each node may end three patterns. Numbers instead of pointers keep a node at
// 16 bytes; 0 is the first root and so never a child, which lets it mean "none". Pure; lookups
// allocate nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/keyed_edges.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// PatternEnds are the places of a pattern's number at its last node, 0 where none is yet. A pattern
// for either trailing slash has two, any other has one and `second` is nullptr.
struct PatternEnds {
  uint32_t* first;
  uint32_t* second;
};

template <typename LiteralEdges>
class PathTree {
 public:
  static constexpr uint32_t kNone = 0;

  uint32_t NewRoot() { return NewNode(); }
  // EndsOf makes the nodes of a pattern below `root`, as far as they are not there. What it returns
  // holds until the next call.
  PatternEnds EndsOf(uint32_t root, const snapshot::PathPattern& pattern) {
    uint32_t node = root;
    for (const snapshot::PathSegment& segment : pattern.segments) node = ChildFor(node, segment);
    Node& last = nodes_[node];
    if (pattern.is_prefix) return {&last.prefix, nullptr};
    if (pattern.TakesEitherSlash()) return {&last.exact, &last.trailing_slash};
    return {pattern.trailing_slash ? &last.trailing_slash : &last.exact, nullptr};
  }

  // Find returns the most specific pattern below `node` for `path`, which is what is left: ""
  // behind the last segment, "/" for a trailing slash. A branch that leads nowhere is left again,
  // so in the worst case every node that fits is visited once; how many fit is up to the
  // configuration, not to the peer.
  uint32_t Find(uint32_t node, std::string_view path) const {
    const Node& here = nodes_[node];
    uint32_t found = kNone;
    if (path.size() <= 1) {
      found = path.empty() ? here.exact : here.trailing_slash;
    } else {
      const std::string_view behind_slash = path.substr(1);
      const size_t end = std::min(behind_slash.find('/'), behind_slash.size());
      const std::string_view rest = behind_slash.substr(end);
      if (const auto child = literals_.Find(node, behind_slash.substr(0, end))) {
        found = Find(*child, rest);
      }
      if (found == kNone && here.parameter != kNone) found = Find(here.parameter, rest);
    }
    return found != kNone ? found : here.prefix;
  }

 private:
  struct Node {
    uint32_t parameter = kNone;       // the child for any one segment
    uint32_t exact = kNone;           // the pattern "/a"
    uint32_t trailing_slash = kNone;  // "/a/"
    uint32_t prefix = kNone;          // "/a/*"
  };

  uint32_t NewNode() {
    nodes_.emplace_back();
    return static_cast<uint32_t>(nodes_.size() - 1);
  }

  uint32_t ChildFor(uint32_t node, const snapshot::PathSegment& segment) {
    if (!segment.is_parameter) {
      if (const auto child = literals_.Find(node, segment.text)) return *child;
      return literals_.Add(node, segment.text, NewNode());
    }
    // The name of a parameter is not part of the shape.
    if (nodes_[node].parameter == kNone) {
      const uint32_t child = NewNode();
      nodes_[node].parameter = child;
    }
    return nodes_[node].parameter;
  }

  std::vector<Node> nodes_{Node()};
  LiteralEdges literals_;  // (node, segment) → node
};

}  // namespace pinlatch::policy
