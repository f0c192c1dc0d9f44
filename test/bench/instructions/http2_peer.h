// Owns the client's side of HTTP/2 as far as one GET at a time needs it: the preface, a request in
// one HEADERS frame, and the DATA that comes for it. On no library, so that its work is none of the
// gateway's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "instructions/visit.h"

namespace pinlatch::instructions {

class Http2Peer {
 public:
  // Exchanges settings on a connection whose handshake is over and chose "h2".
  explicit Http2Peer(Visit& visit);

  // Ask sends GET for `target`, of less than 127 bytes.
  void Ask(std::string_view target);
  // Body returns the body of the answer, which must have come whole.
  std::string Body();

 private:
  Visit& visit_;
  uint32_t stream_ = 0;
};

}  // namespace pinlatch::instructions
