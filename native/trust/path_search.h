// Owns the building of certification paths: from the anchors down to one certificate, through a
// pool of others (RFC 5280 section 6.1, RFC 4158). Every certificate is authenticated by the one
// above it before anything it says is used, so that the keys and constraints of a stranger cost
// nothing.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "trust/verify_context.h"
#include "trust/verify_rule.h"

namespace pinlatch::tls {

// PathQuery says what to look for.
struct PathQuery {
  const Certificate& target;
  std::optional<Purpose> purpose;  // that the CAs of the path must allow, where one is asked for
  // Which anchors of the bundle count; left out: each.
  std::function<bool(const Certificate&)> counts = {};
};

class PathSearch {
 public:
  // Accept judges a complete path (anchor first, target last); a failure makes the search try
  // others.
  using Accept = std::function<Check(const Path&)>;

  PathSearch(VerifyContext& context, const PathQuery& query);

  // Run returns the first path that holds and that `accept` takes, or nothing.
  std::optional<Path> Run(const Accept& accept);
  // failure is, after Run returned nothing, that of the attempt which came nearest to the target.
  const Failure& failure() const { return failure_; }

 private:
  struct Node {
    const Certificate* certificate;
    uint32_t distance;  // certificates between it and the target, plus one; 0 is the target
    uint32_t doubts;    // key identifiers on its best way to the target that speak against it
  };
  struct Step {
    const Certificate* issuer;
    const Node* child;
    uint32_t rank;  // lower is tried first
  };

  void FindNodes();
  void AddNodesAbove(const Node& node);
  Node* FindNode(const Certificate& certificate);
  bool Counts(const Certificate& anchor) const { return !query_.counts || query_.counts(anchor); }
  std::vector<Step> StepsFromAnchors() const;
  std::vector<Step> StepsFrom(const Certificate& issuer) const;
  static void Insert(const Step& step, std::vector<Step>& steps);
  Step MakeStep(const Certificate& issuer, const Node& child) const;

  // CheckTarget asks about a target that is an anchor itself.
  Check CheckTarget(const Certificate& anchor);
  bool TryAnchor(const Step& step);
  bool Descend(const Node& node, uint32_t length_left);
  bool DescendFrom(const Certificate& issuer, uint32_t length_left);
  bool Complete();
  Check CheckNode(const Node& node, uint32_t length_left);
  Check CheckIssuer(const Certificate& certificate, bool is_anchor) const;
  bool IsOnPath(const Certificate& certificate) const;
  void Note(Failure failure, uint32_t distance);
  void NoteUnknownIssuer();

  VerifyContext& context_;
  const PathQuery query_;
  const Accept* accept_ = nullptr;
  std::vector<Node> nodes_;  // the target first, then by distance
  Path path_;
  Failure failure_{Rule::kUnknownIssuer, nullptr, {}};
  uint32_t failure_rank_;
  bool is_exhausted_ = false;
};

}  // namespace pinlatch::tls
