#pragma once

// Loads DCMTK's dictionary and decoders. Call once, before the sandbox closes the file system.
void prepare_dicom();
