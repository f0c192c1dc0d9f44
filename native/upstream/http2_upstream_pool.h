// Owns the HTTP/2 connections of one worker to upstreams, by target; exchanges share them.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "upstream/http2_upstream_connection.h"

namespace pinlatch::proxy {

struct UpstreamWorker;

class Http2UpstreamPool final : private Http2UpstreamConnection::Owner {
 public:
  Http2UpstreamPool() = default;
  Http2UpstreamPool(const Http2UpstreamPool&) = delete;
  Http2UpstreamPool& operator=(const Http2UpstreamPool&) = delete;

  // Find returns a connection to `target` that takes one more stream: one that is there, unless
  // `allow_reuse` is false, or a new one. It stays the pool's. Errors: as of
  // UpstreamConnection::Open.
  Result<Http2UpstreamConnection*> Find(UpstreamWorker& worker, const Target& target,
                                        bool allow_reuse);
  // GiveBack closes one that has no streams and is not having its turn. False: there is none.
  bool GiveBack();
  // Clear closes those that have no streams; all of them, when no exchange is left.
  void Clear();

 private:
  Http2UpstreamConnection* FindOpen(const Target& target) const;
  void OnOver(Http2UpstreamConnection& connection) override;

  std::unordered_map<std::string, std::vector<std::unique_ptr<Http2UpstreamConnection>>>
      connections_;
};

}  // namespace pinlatch::proxy
