// DICOM through DCMTK. Only pixels, a handful of coded facts from closed lists, and the patient id (for hashing by the caller) leave this file.
#include "dicom.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>

#include <algorithm>
#include <cstring>
#include <initializer_list>

#include "dicom_pixels.hpp"
#include "jpeg2000.hpp"
#include "removed.hpp"

namespace {

constexpr int max_depth = 16;

// Whether sequences are nested deeper than any radiograph needs.
bool deeper_than(DcmObject &object, int left) {
    if (left < 0) return true;
    for (DcmObject *child = object.nextInContainer(nullptr); child; child = object.nextInContainer(child)) {
        if (!child->isLeaf() && child->ident() != EVR_PixelData && deeper_than(*child, left - 1)) return true;
    }
    return false;
}

void read_file(Bytes file, DcmFileFormat &format) {
    DcmInputBufferStream stream;
    stream.setBuffer(file.data, offile_off_t(file.size));
    stream.setEos();
    format.transferInit();
    const OFCondition status = format.read(stream, EXS_Unknown, EGL_noChange, DCM_MaxReadLength);
    format.transferEnd();
    if (status.bad()) refuse(std::string("The DICOM file is damaged or cut off: ") + status.text() + ".");
    OFString syntax;
    if (format.getMetaInfo()->findAndGetOFString(DCM_TransferSyntaxUID, syntax).good() && DcmXfer(syntax.c_str()).getXfer() == EXS_Unknown) {
        refuse("Its transfer syntax is not known.");
    }
    if (deeper_than(*format.getDataset(), max_depth)) refuse("The DICOM file nests sequences more than 16 deep.");
}

uint16_t number(DcmItem &data, const DcmTagKey &tag, uint16_t otherwise) {
    Uint16 value = otherwise;
    return data.findAndGetUint16(tag, value).good() ? value : otherwise;
}

// The code if it is one of the list, else nothing: free text can never pass.
std::string code(DcmItem &data, const DcmTagKey &tag, std::initializer_list<const char *> allowed) {
    OFString text;
    if (data.findAndGetOFString(tag, text).bad()) return {};
    while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.erase(text.size() - 1);
    for (const char *one : allowed) if (text == one) return one;
    return {};
}

PixelDescription describe(DcmItem &data, Image &image) {
    PixelDescription d;
    d.rows = number(data, DCM_Rows, 0);
    d.columns = number(data, DCM_Columns, 0);
    d.samples = number(data, DCM_SamplesPerPixel, 1);
    d.allocated = number(data, DCM_BitsAllocated, 0);
    d.stored = number(data, DCM_BitsStored, d.allocated);
    d.high_bit = number(data, DCM_HighBit, uint16_t(d.stored - 1));
    d.planar = number(data, DCM_PlanarConfiguration, 0);
    d.is_signed = number(data, DCM_PixelRepresentation, 0) == 1;
    Float64 value;
    if (data.findAndGetFloat64(DCM_RescaleSlope, value).good()) d.slope = value;
    if (data.findAndGetFloat64(DCM_RescaleIntercept, value).good()) d.intercept = value;
    d.has_window = data.findAndGetFloat64(DCM_WindowCenter, d.centre).good() && data.findAndGetFloat64(DCM_WindowWidth, d.width).good() && d.width >= 1;
    const std::string curve = code(data, DCM_VOILUTFunction, {"LINEAR", "LINEAR_EXACT", "SIGMOID"});
    d.curve = curve == "SIGMOID" ? PixelDescription::Curve::sigmoid : curve == "LINEAR_EXACT" ? PixelDescription::Curve::linear_exact : PixelDescription::Curve::linear;
    DcmElement *padding = nullptr;
    if (data.findAndGetElement(DCM_PixelPaddingValue, padding).good() && padding) {
        Sint16 small;
        Uint16 plain;
        d.has_padding = true;
        if (d.is_signed && padding->getSint16(small).good()) d.padding = small;
        else if (padding->getUint16(plain).good()) d.padding = d.is_signed ? int16_t(plain) : int32_t(plain);
        else d.has_padding = false;
    }
    if (data.tagExists(DCM_ModalityLUTSequence)) refuse("A modality look-up table is not supported.");
    if (!d.has_window && data.tagExists(DCM_VOILUTSequence)) image.fact("note", "A VOI look-up table was not applied.");
    return d;
}

std::string check_meaning(DcmItem &data, PixelDescription &d) {
    const std::string photometric = code(data, DCM_PhotometricInterpretation,
        {"MONOCHROME1", "MONOCHROME2", "RGB", "YBR_FULL", "YBR_FULL_422", "YBR_RCT", "YBR_ICT"});
    if (photometric.empty()) refuse("The photometric interpretation is none of MONOCHROME1, MONOCHROME2, RGB and YBR.");
    if ((photometric[0] == 'M') != (d.samples == 1)) refuse("The photometric interpretation does not fit the samples per pixel.");
    d.inverted = photometric == "MONOCHROME1";
    OFString frames;
    if (data.findAndGetOFString(DCM_NumberOfFrames, frames).good() && std::atoi(frames.c_str()) > 1) refuse("It holds several frames; a radiograph has one.");
    return photometric;
}

std::vector<uint8_t> fragments_of(DcmElement &element, E_TransferSyntax syntax) {
    auto *pixels = dynamic_cast<DcmPixelData *>(&element);
    DcmPixelSequence *sequence = nullptr;
    if (!pixels || pixels->getEncapsulatedRepresentation(syntax, nullptr, sequence).bad() || !sequence) refuse("The pixel data is not in fragments as the transfer syntax demands.");
    std::vector<uint8_t> stream;
    for (unsigned long i = 1; i < sequence->card(); i++) {  // item 0 is the offset table
        DcmPixelItem *item = nullptr;
        Uint8 *bytes = nullptr;
        if (sequence->getItem(item, i).bad() || !item || item->getUint8Array(bytes).bad() || !bytes) refuse("A pixel data fragment is damaged.");
        stream.insert(stream.end(), bytes, bytes + item->getLength());
    }
    return stream;
}

// Native little-endian pixel data of one frame, decompressed where needed.
std::vector<uint8_t> frame(DcmDataset &data, PixelDescription &d) {
    const E_TransferSyntax syntax = data.getOriginalXfer();
    DcmElement *element = nullptr;
    if (data.findAndGetElement(DCM_PixelData, element).bad() || !element) refuse("It holds no pixel data.");
    if (syntax == EXS_JPEG2000LosslessOnly || syntax == EXS_JPEG2000) {
        const std::vector<uint8_t> stream = fragments_of(*element, syntax);
        return decode_jpeg2000({stream.data(), stream.size()}, d);
    }
    const DcmXfer transfer(syntax);
    if (transfer.isEncapsulated()) {
        const OFCondition status = data.chooseRepresentation(EXS_LittleEndianExplicit, nullptr);
        if (status.bad()) refuse(std::string("The pixel data cannot be decompressed: ") + status.text() + ".");
        // The codec may have changed colour space and layout.
        d.planar = number(data, DCM_PlanarConfiguration, 0);
        if (number(data, DCM_BitsAllocated, 0) != d.allocated || number(data, DCM_SamplesPerPixel, 1) != d.samples) refuse("The pixel data has another layout than the DICOM header gives.");
    }
    if (d.samples == 3 && code(data, DCM_PhotometricInterpretation, {"RGB"}).empty()) refuse("Its colour space cannot be converted.");
    Uint8 *bytes = nullptr;
    Uint16 *words = nullptr;
    const bool wide = element->getUint16Array(words).good() && words;
    if (!wide && (element->getUint8Array(bytes).bad() || !bytes)) refuse("The pixel data cannot be read.");
    const size_t length = element->getLength(), needed = frame_bytes(d);
    if (length < needed || length > needed + 1) refuse("The pixel data holds " + std::to_string(length) + " bytes; rows, columns and bits promise " + std::to_string(needed) + ".");
    const uint8_t *first = wide ? reinterpret_cast<const uint8_t *>(words) : bytes;
    return {first, first + needed};
}

void keep_facts(DcmItem &data, const PixelDescription &d, const std::string &photometric, Image &image) {
    image.fact("format", "dicom");
    image.fact("bits", std::to_string(d.stored));
    image.fact("photometric", photometric);
    const std::string modality = code(data, DCM_Modality, {"CR", "DX", "DR", "RF", "RG", "XA", "MG", "PX", "IO", "OT", "SC", "CT", "MR", "US", "NM", "PT"});
    const std::string view = code(data, DCM_ViewPosition, {"PA", "AP", "LL", "RL", "LLD", "RLD", "LLO", "RLO"});
    const std::string part = code(data, DCM_BodyPartExamined, {"CHEST", "THORAX", "LUNG", "RIB", "ABDOMEN", "SPINE", "SHOULDER", "SKULL", "HAND", "KNEE", "FOOT", "PELVIS"});
    if (!modality.empty()) image.fact("modality", modality);
    if (!view.empty()) image.fact("view", view);
    if (!part.empty()) image.fact("body_part", part);
    if (code(data, DCM_BurnedInAnnotation, {"YES"}) == "YES") image.fact("burned_in", "YES");
    OFString id;
    if (data.findAndGetOFString(DCM_PatientID, id).good()) {
        while (!id.empty() && (id.back() == ' ' || id.back() == '\0')) id.erase(id.size() - 1);
        std::string hex;
        for (unsigned char c : id.substr(0, 256)) for (int half : {c >> 4, c & 15}) hex += "0123456789abcdef"[half];
        if (!hex.empty()) image.fact("patient_id", hex);
    }
}

Removed kind_of(const DcmTag &tag, DcmEVR vr) {
    const Uint16 group = tag.getGroup();
    if (group & 1) return Removed::private_data;
    if ((group & 0xff00) == 0x6000 || (group & 0xff00) == 0x5000) return Removed::overlays;
    switch (vr) {
        case EVR_PN: return Removed::names;
        case EVR_DA: case EVR_DT: case EVR_TM: case EVR_AS: return Removed::dates;
        case EVR_UI: return Removed::identifiers;
        case EVR_LO: case EVR_LT: case EVR_SH: case EVR_ST: case EVR_UT: case EVR_UC: case EVR_AE:
            return group == 0x0010 || tag == DCM_AccessionNumber || tag == DCM_StudyID ? Removed::identifiers : Removed::texts;
        default: return Removed::other;
    }
}

// Everything with a value, at every depth, but the pixels and the group that describes them.
void count_removed(DcmItem &data, Image &image) {
    RemovedMeter removed;
    DcmStack stack;
    while (data.nextObject(stack, OFTrue).good()) {
        DcmObject *object = stack.top();
        const Uint16 group = object->getGTag();
        if (object->isLeaf() && object->getLength() > 0 && group != 0x0028 && group != 0x7fe0) removed.add(kind_of(object->getTag(), object->ident()));
    }
    removed.report(image);
}

}  // namespace

void prepare_dicom() {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DJDecoderRegistration::registerCodecs(EDC_photometricInterpretation);
    DJLSDecoderRegistration::registerCodecs();
    DcmRLEDecoderRegistration::registerCodecs();
    dcmDataDict.wrlock();  // takes the lock only after the dictionary is there
    dcmDataDict.wrunlock();
}

Image decode_dicom(Bytes file, const Limits &limits) {
    DcmFileFormat format;
    read_file(file, format);
    DcmDataset &data = *format.getDataset();
    Image image;
    PixelDescription d = describe(data, image);
    check(d, limits);
    const std::string photometric = check_meaning(data, d);
    const std::vector<uint8_t> bytes = frame(data, d);
    render(d, bytes.data(), image);
    keep_facts(data, d, photometric, image);
    count_removed(data, image);
    return image;
}
