# Arb and FLINT as the target Arb::arb. FLINT 3 contains Arb; before that Debian calls Arb's library flint-arb.
find_path(Arb_INCLUDE_DIR NAMES flint/arb.h arb.h)
find_library(Flint_LIBRARY flint)
find_library(Arb_LIBRARY NAMES flint-arb arb flint)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Arb REQUIRED_VARS Arb_LIBRARY Flint_LIBRARY Arb_INCLUDE_DIR)

if(Arb_FOUND AND NOT TARGET Arb::arb)
  add_library(Arb::arb INTERFACE IMPORTED)
  target_include_directories(Arb::arb INTERFACE ${Arb_INCLUDE_DIR})
  target_link_libraries(Arb::arb INTERFACE ${Arb_LIBRARY} ${Flint_LIBRARY})
endif()
mark_as_advanced(Arb_INCLUDE_DIR Flint_LIBRARY Arb_LIBRARY)
