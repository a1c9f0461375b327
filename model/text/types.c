#include "text/segment.h"

bool segment_types(struct segment *segment) {
    for (size_t i = 0; i < segment->piece_count; i++)
        segment->pieces[i].type = KHULASA_PARAGRAPH;
    return true;
}
