import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength, MinLength } from 'class-validator';

/** One of the two. */
export class FindUserBody {
  @ApiPropertyOptional({ example: 'cloud.user@contoso.example', maxLength: 256 })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  username?: string;

  @ApiPropertyOptional({ example: '2M4KX-7QWE1', maxLength: 32 })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(32)
  supportCode?: string;
}

export class ContactChoiceBody {
  @ApiProperty({ format: 'uuid', description: 'which contact, of those the user view shows masked' })
  @IsUUID()
  methodId!: string;
}

export class WordBody {
  @ApiProperty({ example: 'apple river', maxLength: 128, description: 'what the caller reads out' })
  @IsString()
  @MinLength(1)
  @MaxLength(128)
  word!: string;
}

export class LiftBlocksBody {
  @ApiPropertyOptional({ maxLength: 500, description: 'why; kept in the vault' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @Matches(/\S/)
  reason?: string;
}

const carried = ['email', 'sms'] as const;

export class ProposedContactBody {
  @ApiProperty({ enum: carried })
  @IsIn(carried)
  method!: (typeof carried)[number];

  @ApiProperty({ example: 'cloud.user@home.example', maxLength: 256 })
  @IsString()
  @MinLength(3)
  @MaxLength(256)
  contact!: string;
}

export class OpenCasesQuery {
  @ApiPropertyOptional({ description: 'the `next` of the page before' })
  @IsOptional()
  @Matches(/^\d{1,18}$/)
  cursor?: string;

  @ApiPropertyOptional({ description: '1 to 100', default: 20 })
  @IsOptional()
  @Matches(/^([1-9]\d?|100)$/)
  limit?: string;
}
