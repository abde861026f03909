// What most tools include: whole systems, and what services do.
#include "actors/pch/actors_pch.hpp"
#include "runtime/cell/system.hpp"
