// Owns AddressBook: what the names of upstreams' endpoints led to when they were last looked up.
// Immutable, shared by all workers; a new one is posted when something in it changes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "io/socket.h"

namespace pinlatch::proxy {

// By the endpoint's name as EndpointName writes it ("crm.internal:80"). One that could not be
// resolved yet is not there.
using AddressBook = std::map<std::string, std::vector<io::SocketAddress>, std::less<>>;
using AddressBookPtr = std::shared_ptr<const AddressBook>;

}  // namespace pinlatch::proxy
