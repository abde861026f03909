// What every service includes, compiled once.
#include "runtime/pch/runtime_pch.hpp"
#include "runtime/service/kind.hpp"
#include "storage/store.hpp"
